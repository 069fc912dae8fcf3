"""Which tables are there? Importing this imports them all."""

from sqlmodel import SQLModel

from marketplace import capacity, needs, organisations, parks

METADATA = SQLModel.metadata
TABLES = (
    organisations.Organisation,
    organisations.User,
    organisations.SignIn,
    parks.Park,
    parks.ParkName,
    parks.ParkTie,
    parks.ParkSector,
    parks.ParkReport,
    capacity.Capacity,
    capacity.Term,
    needs.Need,
)
