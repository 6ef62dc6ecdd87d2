/** What a canned reply may name: the person, their newest order and its parcel, and who answers. */
export const VARIABLES = ['name', 'order', 'tracking', 'staff'] as const
export type CannedVariable = (typeof VARIABLES)[number]
/** What the variables stand for; one without a value is left for the staff member to write. */
export type CannedValues = Partial<Record<CannedVariable, string>>

/** A text ready to be sent, or with gaps that somebody has to fill first. */
export interface Filled {
  text: string
  /** Variables that had no value; they stand in the text as they were written. */
  missing: CannedVariable[]
}

/** Fills the variables of a canned text in. A person without a name is left out with the sign after it (`您好 {name}，`). */
export function fillCanned(text: string, values: CannedValues): Filled {
  const missing = new Set<CannedVariable>()
  const filled = text.replace(/ ?\{(\w+)\}/g, (all, name: string) => {
    if (!isVariable(name)) return all
    const value = values[name]?.trim()
    if (value) return all.startsWith(' ') ? ` ${value}` : value
    if (name === 'name') return ''
    missing.add(name)
    return all
  })
  return { text: filled, missing: [...missing] }
}

/** What stands in braces and is no variable. */
export function unknownVariables(text: string): string[] {
  return [...text.matchAll(/\{([^}]*)\}/g)].flatMap(([all, name = '']) => (isVariable(name) ? [] : [all]))
}

function isVariable(name: string): name is CannedVariable {
  return VARIABLES.some((one) => one === name)
}
