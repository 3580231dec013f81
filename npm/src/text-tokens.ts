/** Tokens of text: a guess that says so. */

/**
 * UTF-8 bytes a token, about: 4 letters of English, 2 of Cyrillic, 1⅓ signs of Chinese. Google's own words are "a token is
 * about 4 characters" (ai.google.dev/gemini-api/docs/tokens); bytes say the same of English, and less wrong things of the rest.
 */
const bytesPerToken = 4;

export function textTokens(text: string): { tokens: number; explanation: string } {
  const bytes = utf8Length(text);
  const tokens = Math.ceil(bytes / bytesPerToken);
  return {
    tokens,
    explanation: `⌈${bytes} / ${bytesPerToken}⌉ = ${tokens}: about ${bytesPerToken} bytes of text a token`,
  };
}

/** Without encoding: a prompt may be a book. */
function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    // Each half of a surrogate pair stands for two of its four bytes.
    else length += unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
  }
  return length;
}
