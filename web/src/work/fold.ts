/** Requests as people can read them. */

const shownCharacters = 24;

/** A quotation mark inside a string is escaped, so `"data":"` can only be a member of that name. */
const payload = /"data":"([A-Za-z0-9+/]+=*)"/g;

/** Readable JSON; folded before it is parsed, so that megabytes of base64 are never laid out or parsed. */
export function foldPayloads(json: string): string {
  const folded = json.replace(payload, (whole, data: string) => {
    if (data.length <= shownCharacters) return whole;
    return `"data":"${data.slice(0, shownCharacters)}… ${data.length.toLocaleString("en-US")} characters"`;
  });
  return JSON.stringify(JSON.parse(folded), null, 2);
}
