"""Which tables are there? Importing this imports them all."""

from sqlmodel import SQLModel

from marketplace import capacity, history, journal, kept, learning, needs, organisations, parks, signals

METADATA = SQLModel.metadata
TABLES = (
    organisations.Organisation,
    organisations.User,
    organisations.SignIn,
    journal.Entry,
    journal.Seal,
    parks.Park,
    parks.ParkName,
    parks.ParkTie,
    parks.ParkSector,
    parks.ParkReport,
    capacity.Capacity,
    capacity.Term,
    history.MarketState,
    history.ParkState,
    needs.Need,
    signals.Signal,
    kept.KeptRanking,
    learning.LearnedVersion,
    learning.Crowding,
)
