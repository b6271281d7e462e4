const won = new Intl.NumberFormat("en-US");

/** `₩12,000`, the same in both languages; `-₩12,000` below zero. */
export const formatKrw = (krw: number): string => `${krw < 0 ? "-" : ""}₩${won.format(Math.abs(krw))}`;

export const formatCount = (count: number): string => won.format(count);

/** Whole KRW, in figures of one width so that columns line up. */
export const Money = ({ krw, strong = false }: { krw: number; strong?: boolean }) => (
  <span class={strong ? "money strong" : "money"}>{formatKrw(krw)}</span>
);
