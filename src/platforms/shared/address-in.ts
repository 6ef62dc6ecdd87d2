/** The first IP address named in a text; a platform names ours in the words of a refusal. */
export function addressIn(text: string): string | undefined {
  const v4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/.exec(text)?.[0]
  return v4 ?? /\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}\b/i.exec(text)?.[0]
}
