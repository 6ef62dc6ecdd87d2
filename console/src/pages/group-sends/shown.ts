import type { Answer } from '../../api/client.js'

/** A group send as the API shows it, with its newest runs. */
export type Shown = Answer<'getGroupSend'>

/** To what its tasks go. */
export type Kind = 'groups' | 'customers' | 'moments'

/** The kind of a definition; groups while none is chosen. */
export const kindOf = (to: Readonly<Record<string, unknown>> | undefined): Kind =>
  to?.['customers'] !== undefined ? 'customers' : to?.['moments'] !== undefined ? 'moments' : 'groups'

/** Those of whom more than this many targets make a second person approve. */
export const aboveOf = ({ definition }: Shown, usual: number | undefined): number | undefined =>
  definition.approvalAbove ?? usual

/** The authors that may not approve it: it is larger than what they may approve themselves. */
export const isBarred = (send: Shown, person: string, usual: number | undefined): boolean => {
  const above = aboveOf(send, usual)
  return above !== undefined && (send.estimate?.planned ?? 0) > above && send.authors.includes(person)
}
