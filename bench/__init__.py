"""How fast is it? One command per figure; each prints ratios against peers in the same run and judges nothing."""
