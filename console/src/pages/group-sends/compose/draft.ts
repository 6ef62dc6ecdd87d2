import { useState } from 'react'
import { useDraft } from '../../../state/use-draft.js'
import { freshId } from '../../campaign/written.js'
import { type Definition, written } from '../../codes/way/definition.js'
import type { Shown } from '../shown.js'

/** What is typed of a group send: its name in addresses, its definition, and the version it began from. */
export interface Typed {
  id: string
  text: string
  /** 0 while it is not there yet. */
  version: number
}

const BLANK: Definition = {
  name: '',
  purpose: 'marketing',
  to: { groups: {} },
  messages: [{ text: '' }],
  remindAfter: ['2h'],
}

/** Another one like it: what runs once has no time any more. */
function likeOf(like: Shown): Definition {
  const { schedule, ...others } = like.definition
  return { ...others, ...(schedule?.every !== undefined && { schedule }) }
}

/** What is typed of a group send, kept in the browser until it is saved or dropped. */
export function useSendDraft({ stored, like }: { stored?: Shown | undefined; like?: Shown | undefined }) {
  const [initial] = useState((): Typed => {
    if (stored) return { id: stored.id, text: written({ ...stored.definition }), version: stored.version }
    return { id: freshId('send', new Date()), text: written(like ? likeOf(like) : BLANK), version: 0 }
  })
  const name = stored ? stored.id : like ? `new:${like.id}` : 'new'
  const { value, set, drop, restored } = useDraft(`group-send:${name}`, JSON.stringify(initial))
  const typed: Typed = { ...initial, ...(JSON.parse(value) as Partial<Typed>) }
  const dirty = typed.text !== initial.text
  return {
    typed,
    restored: dirty ? restored : undefined,
    set: (more: Partial<Typed>) => set(JSON.stringify({ ...typed, ...more })),
    drop,
  }
}
