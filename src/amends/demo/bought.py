"""What the customers have bought from Fernhill: (what, part of a year's spend in percent, how many days ago)."""

from __future__ import annotations

Bought = tuple[str, int, int]

_ORDERS, _STOCK, _LABELS = "Orders and deliveries, a year", "Stock for warehouses, a year", "Labels, a year"
_ROUTES, _SHOP, _SUPPORT = "Route planner, a year", "Web shop and price lists, a year", "Support day and night, a year"
_TRAINING = "Training on site"

BOUGHT: dict[str, tuple[Bought, ...]] = {
    "Brightwater Foods": (
        (_ORDERS, 46, 292),
        (_STOCK, 31, 292),
        (_LABELS, 14, 230),
        (_SUPPORT, 9, 292),
        ("Move of the Porto warehouse", 18, 610),
    ),
    "Kestrel & Sons": ((_ORDERS, 58, 164), ("Supplier import, a year", 42, 164)),
    "Norrland Dairies": ((_ORDERS, 62, 211), (_SUPPORT, 38, 211), ("Booking for four depots", 11, 480)),
    "Ostrava Cold Chain": ((_STOCK, 100, 250),),
    "Saltmarsh Hotels": ((_ORDERS, 84, 247), (_TRAINING, 16, 170)),
    "Hartmann Getränke": ((_SHOP, 73, 201), (_ORDERS, 27, 201)),
    "Van der Linde Bloemen": ((_ORDERS, 66, 233), (_ROUTES, 34, 233)),
    "Tansy Grocers": ((_ORDERS, 100, 240),),
    "Tollgate Logistics": ((_ROUTES, 71, 177), (_SUPPORT, 29, 177), ("Toll tables, once", 6, 400)),
    "Greyfriars Hospitals Trust": ((_ORDERS, 52, 429), (_LABELS, 36, 429), (_SUPPORT, 12, 429)),
    "Copper Kettle Cafés": (("Tills for six cafés, a year", 100, 222),),
    "Finch & Rowe": ((_ORDERS, 100, 304),),
    "Delta Farm Co-op": ((_ROUTES, 100, 155),),
    "Pellegrin Market": ((_LABELS, 44, 268), (_SHOP, 56, 268), ("Printers for 31 shops", 22, 540)),
    "Mühlbach Backwaren": (("Recipes and baking plans, a year", 100, 190),),
    "Luma Pharmacies": ((_LABELS, 61, 410), (_STOCK, 39, 410)),
    "Petit Havre Traiteur": ((_ORDERS, 100, 473),),
}
