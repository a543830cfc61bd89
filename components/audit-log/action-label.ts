/** The label of an action in a list, such as "Disabled the API key", made from its verb phrase. */
export function actionLabel(phrase: string): string {
  const sentence = phrase.replace(/(?: (?:of|for|to|from|in)|:)$/, "");
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
