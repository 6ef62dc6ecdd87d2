/** What a button does, as `content/menus` writes it. */
export const KINDS = ['keyword', 'card', 'article', 'view', 'mini-program', 'tool', 'material', 'published'] as const
export type Kind = (typeof KINDS)[number]

/** A button while it is being edited. */
export interface Button {
  name: string
  /** Buttons under it; then it does nothing itself. */
  buttons?: Button[]
  [target: string]: unknown
}

/** A menu while it is being edited. */
export interface Menu {
  tag?: string
  buttons: Button[]
}

/** A definition as the editor takes it; an empty menu for what is none. */
export function menuOf(definition: unknown): Menu {
  const given = isRecord(definition) ? definition : {}
  const { tag, buttons } = given
  return {
    ...(typeof tag === 'string' && { tag }),
    buttons: (Array.isArray(buttons) ? buttons : []).filter(isRecord).map(buttonOf),
  }
}

function buttonOf(given: Record<string, unknown>): Button {
  const { name, buttons } = given
  const own = { ...given, name: typeof name === 'string' ? name : '' }
  return Array.isArray(buttons) ? { ...own, buttons: buttons.filter(isRecord).map(buttonOf) } : (own as Button)
}

/** What a button does; undefined while nothing is chosen. */
export const kindOf = (button: Button): Kind | undefined => KINDS.find((kind) => Object.hasOwn(button, kind))

/** What a kind begins as. */
export const FRESH: Readonly<Record<Kind, unknown>> = {
  keyword: '',
  card: '',
  article: '',
  view: 'https://',
  'mini-program': { appid: '', path: '', url: 'https://' },
  tool: { kind: 'scan-wait', key: '' },
  material: '',
  published: '',
}

/** A button that does something else. */
export const withKind = ({ name }: Button, kind: Kind): Button => ({ name, [kind]: FRESH[kind] })

/** The same list with two neighbours exchanged; as it is at an end. */
export function swap<T>(list: readonly T[], index: number, by: -1 | 1): T[] {
  const [one, other] = [list[index], list[index + by]]
  return one === undefined || other === undefined ? [...list] : list.with(index, other).with(index + by, one)
}

/** How long a text is as the platform counts names: bytes of UTF-8. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
