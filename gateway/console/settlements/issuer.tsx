import { dictionary } from "../i18n/dictionary.ts";
import { nameOf } from "../i18n/names.ts";

/** Card issuers by Toss' two-letter codes. */
const names = dictionary<Record<string, string>>({
  en: {
    "11": "KB Kookmin",
    "15": "KakaoBank",
    "21": "Hana",
    "24": "Toss Bank",
    "30": "KDB",
    "31": "BC",
    "33": "Woori BC",
    "34": "Suhyup",
    "35": "Jeonbuk",
    "36": "Citi",
    "37": "Korea Post",
    "38": "MG",
    "39": "Savings banks",
    "41": "Shinhan",
    "42": "Jeju",
    "46": "Gwangju",
    "51": "Samsung",
    "61": "Hyundai",
    "62": "Shinhyup",
    "71": "Lotte",
    "91": "NH Nonghyup",
    "3A": "K bank",
    "3K": "IBK BC",
    W1: "Woori",
  },
  ko: {
    "11": "KB국민",
    "15": "카카오뱅크",
    "21": "하나",
    "24": "토스뱅크",
    "30": "KDB산업",
    "31": "BC",
    "33": "우리BC",
    "34": "Sh수협",
    "35": "전북",
    "36": "씨티",
    "37": "우체국",
    "38": "새마을금고",
    "39": "저축은행",
    "41": "신한",
    "42": "제주",
    "46": "광주",
    "51": "삼성",
    "61": "현대",
    "62": "신협",
    "71": "롯데",
    "91": "NH농협",
    "3A": "케이뱅크",
    "3K": "기업BC",
    W1: "우리",
  },
});

/** A card issuer and its code; a dash for what is no card payment. */
export const Issuer = ({ code }: { code: string }) => {
  if (code === "") return <span class="quiet">–</span>;
  const name = nameOf(names.value, code);
  return name === code ? (
    <code>{code}</code>
  ) : (
    <>
      {name} <code>{code}</code>
    </>
  );
};
