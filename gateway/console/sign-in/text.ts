import { dictionary } from "../i18n/dictionary.ts";

export const signInText = dictionary({
  en: {
    title: "Sign in",
    token: "Token",
    hint: "Paste the token that you were given. It is kept until this tab is closed, and is sent to this gateway only.",
    make: "With the gateway's own keys, this makes one:",
    enter: "Sign in",
    noToken: "That is no token: it must be three parts with dots between them.",
    leave: "Sign out",
    roles: { customer: "customer", service: "service", warehouse: "warehouse", operator: "operator" },
  },
  ko: {
    title: "로그인",
    token: "토큰",
    hint: "받은 토큰을 붙여 넣으세요. 이 탭을 닫을 때까지만 보관하고, 이 게이트웨이에만 보냅니다.",
    make: "게이트웨이의 키가 있다면 이렇게 만듭니다.",
    enter: "로그인",
    noToken: "토큰이 아닙니다. 점으로 나뉜 세 부분이어야 합니다.",
    leave: "로그아웃",
    roles: { customer: "고객", service: "서비스", warehouse: "창고", operator: "운영자" },
  },
});
