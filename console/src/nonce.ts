/** The number that the page's policy asks of styles made at run time; the server puts another one into every answer. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce

/**
 * Gives every style element that our scripts make the page's nonce. antd passes it on for its own styles, but the parts it
 * is made of (measuring the scroll bar, locking the page below a dialog) do not.
 */
export function nonceStyles(): void {
  const create = document.createElement.bind(document)
  const made = (name: string, options?: ElementCreationOptions) => {
    const element = create(name, options)
    if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }
  Object.defineProperty(document, 'createElement', { value: made, configurable: true, writable: true })
}
