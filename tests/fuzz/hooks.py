"""What no schema can say, so that valid requests get through to the machine and not only to its first refusal.

Of the requests that are valid by the schema, three in four are made to fit: an order's total is the sum of its lines, a
payment has a key that the Toss mock's payment window gave out for that order, pieces are those that the order has. The
rest, and every request that is meant to be wrong, go out as they were drawn.
"""

import json
import os
import zlib

import requests
import schemathesis

SHOP = os.environ["FUZZ_SHOP"]
TOSS_MOCK = os.environ["FUZZ_TOSS_MOCK"]
TOKEN = os.environ["FUZZ_TOKEN"]
# A customer orders for nobody else.
CUSTOMER = os.environ.get("FUZZ_CUSTOMER")

session = requests.Session()
session.headers["authorization"] = f"Bearer {TOKEN}"


def add_up(case):
    lines = case.body["lines"][:5]
    for number, line in enumerate(lines):
        line["productId"] = f"{line['productId'][:60]}-{number}"
        line["quantity"] = 1 + line["quantity"] % 20
        line["unitPrice"] = 100 + line["unitPrice"] % 9_900
    case.body["lines"] = lines
    if CUSTOMER:
        case.body["customer"]["id"] = CUSTOMER
    case.body["paymentMethod"] = {"type": "card"}
    case.body["totalAmount"] = sum(line["quantity"] * line["unitPrice"] for line in lines)


def authenticate(case):
    order = order_of(case)
    if not order:
        return
    window = {"orderId": order["orderId"], "amount": order["totalAmount"]}
    answer = session.post(f"{TOSS_MOCK}/mock/authentications", json=window, timeout=10)
    if answer.ok:
        case.body = {**case.body, "paymentKey": answer.json()["paymentKey"], "amount": window["amount"]}


def name_pieces(case):
    order = order_of(case)
    if not order or not case.body or "lines" not in case.body:
        return
    lines = case.body["lines"][: len(order["lines"])]
    for line, of_order in zip(lines, order["lines"]):
        line["productId"] = of_order["productId"]
        line["quantity"] = 1 + line["quantity"] % of_order["quantity"]
    case.body["lines"] = lines


def order_of(case):
    answer = session.get(f"{SHOP}/orders/{case.path_parameters['id']}", timeout=10)
    return answer.json() if answer.ok else None


FITTING = {
    "POST /orders": add_up,
    "POST /orders/{id}/payment": authenticate,
    "POST /orders/{id}/purchase-confirmation": name_pieces,
    "POST /orders/{id}/cancellations": name_pieces,
}


@schemathesis.hook
def before_call(context, case, kwargs):
    fit = FITTING.get(case.operation.label)
    if fit is None or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.body, dict) and zlib.crc32(json.dumps(case.body, sort_keys=True).encode()) % 4:
        fit(case)
