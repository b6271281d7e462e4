import type { Random } from "./random.ts";

/** A line of an order that a customer is about to place. */
export interface BasketLine {
  readonly productId: string;
  readonly name: string;
  readonly quantity: number;
  /** KRW. */
  readonly unitPrice: number;
}

type Product = readonly [id: string, name: string, won: number];

const shelf: readonly [Product, ...Product[]] = [
  ["keyboard-87", "기계식 키보드", 89_000],
  ["mouse-wl", "무선 마우스", 32_000],
  ["mug-350", "머그컵 350ml", 12_000],
  ["tea-barley", "보리차 100티백", 7_900],
  ["tea-green", "보성 녹차", 18_500],
  ["socks-3", "양말 3켤레", 9_900],
  ["towel-bath", "목욕 수건", 14_800],
  ["lamp-desk", "책상 스탠드", 45_000],
  ["book-novel", "소설책", 16_200],
  ["kimchi-1kg", "포기김치 1kg", 13_500],
  ["rice-10kg", "쌀 10kg", 36_900],
  ["umbrella", "접이식 우산", 11_000],
];

const given = ["민준", "서연", "도윤", "지우", "하준", "서현", "은우", "수아"] as const;
const families = ["김", "이", "박", "최", "정", "강"] as const;

/** One to four products; `least` pieces at the least, all of them of the first where it comes to that. */
export const fillBasket = (random: Random, least: number): BasketLine[] => {
  const products = new Set(Array.from({ length: random.between(1, 4) }, () => random.pick(shelf)));
  return [...products].map(([productId, name, unitPrice], index) => ({
    productId,
    name,
    quantity: random.between(index === 0 ? least : 1, Math.max(least, 3)),
    unitPrice,
  }));
};

/** Made up, and often the same one again: shops have regulars. */
export const someCustomer = (random: Random) => {
  const number = random.between(1, 5_000);
  return {
    id: `customer-${number}`,
    name: `${random.pick(families)}${random.pick(given)}`,
    phone: `010-0000-${String(number).padStart(4, "0")}`,
  };
};
