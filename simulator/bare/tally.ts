import { createMoments, type Rate } from './moments.js'
import { createTable, type Hash, hashOf, type Table } from './table.js'

/** The products that messages go out by. */
export const PRODUCTS = ['template', 'custom', 'subscription', 'mass'] as const
export type Product = (typeof PRODUCTS)[number]

/** How many messages people got: `once` is how many got exactly one. */
export interface Spread {
  messages: number
  people: number
  once: number
  /** People by how many they got, from 2 on. */
  more: Record<string, number>
  /** Some of those who got more than one, with how many. */
  examples: Record<string, number>
}

/** What arrived at a product. */
export interface ProductReport extends Spread {
  /** Calls that came in, whatever became of them. */
  rate: Rate
  /** Calls whose key was known: answered as before, nothing shown again. */
  repeatedKeys: number
}

/** Counts what people got. It keeps hashes, not texts: 16 to 32 bytes a person and product. */
export interface Tally {
  arrived(product: Product, at: number): void
  /** A person got a message; `body` is the whole request, so that the same message twice is seen as such. */
  got(product: Product, person: string, body: string | undefined): void
  repeated(product: Product): void
  /** How many messages each got, of one product or of all. */
  counts(people: readonly string[], product?: Product): number[]
  report(): { products: Record<Product, ProductReport>; all: Spread; sameBodyTwice: number }
  clear(): void
}

const EXAMPLES = 1000

interface Counted {
  table: Table
  messages: number
  examples: Map<string, number>
}

const counted = (): Counted => ({ table: createTable(), messages: 0, examples: new Map() })

/** A tally at zero. */
export function createTally(): Tally {
  const byProduct = new Map(PRODUCTS.map((name) => [name, { ...counted(), moments: createMoments(), repeated: 0 }]))
  const all = counted()
  const bodies = createTable()
  let sameBody = 0
  const of = (product: Product) => {
    const found = byProduct.get(product)
    if (!found) throw new Error(`no product ${product}`)
    return found
  }
  return {
    arrived: (product, at) => of(product).moments.add(at),
    got: (product, person, body) => {
      const key = hashOf(person)
      count(of(product), key, person)
      count(all, key, person)
      if (body !== undefined && bodies.add(hashOf(body)) > 1) sameBody += 1
    },
    repeated: (product) => {
      of(product).repeated += 1
    },
    counts: (people, product) => {
      const { table } = product === undefined ? all : of(product)
      return people.map((person) => table.get(hashOf(person)))
    },
    report: () => {
      const products = {} as Record<Product, ProductReport>
      for (const name of PRODUCTS) {
        const item = of(name)
        products[name] = { ...spreadOf(item), rate: item.moments.rate(), repeatedKeys: item.repeated }
      }
      return { products, all: spreadOf(all), sameBodyTwice: sameBody }
    },
    clear: () => {
      for (const item of byProduct.values()) {
        empty(item)
        item.moments.clear()
        item.repeated = 0
      }
      empty(all)
      bodies.clear()
      sameBody = 0
    },
  }
}

function empty(item: Counted): void {
  item.table.clear()
  item.messages = 0
  item.examples.clear()
}

function count(item: Counted, key: Hash, person: string): void {
  item.messages += 1
  const now = item.table.add(key)
  if (now > 1 && (item.examples.size < EXAMPLES || item.examples.has(person))) item.examples.set(person, now)
}

function spreadOf({ table, messages, examples }: Counted): Spread {
  let once = 0
  const more: Record<string, number> = {}
  for (const value of table.values()) {
    if (value === 1) once += 1
    else more[value] = (more[value] ?? 0) + 1
  }
  return { messages, people: table.size, once, more, examples: Object.fromEntries(examples) }
}
