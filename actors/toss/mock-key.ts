/**
 * The secret key that the Toss mock comes with. Toss itself refuses it, so a shop that has it moves no money, wherever
 * its base URL leads.
 */
export const MOCK_SECRET_KEY = "test_sk_jumun_mock";
