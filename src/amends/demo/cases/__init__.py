"""What happened, case by case, in the order in which they opened."""

from amends.demo.cases import asked, brightwater, day_and_night, house, nadias, others, over

CASES = (
    over.FINCH_AND_ROWE,
    over.LUMA,
    over.MUEHLBACH,
    others.TOLLGATE,
    nadias.VAN_DER_LINDE,
    nadias.HARTMANN,
    over.TANSY,
    day_and_night.NORRLAND,
    day_and_night.NORRLAND_AGAIN,
    brightwater.BRIGHTWATER,
    nadias.SALTMARSH,
    others.COPPER_KETTLE,
    nadias.KESTREL,
    others.PETIT_HAVRE,
    day_and_night.PELLEGRIN,
    nadias.OSTRAVA,
    day_and_night.GREYFRIARS,
    asked.MOSS_AND_PINE,
    asked.CALDERA,
)
# What happens beside them.
HOUSE = house.HOUSE
