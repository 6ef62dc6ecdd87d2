import { useCallback, useMemo, useRef, useState } from 'react'
import { useMe } from '../../session/use-session.js'
import { createDrafts } from '../../state/drafts.js'
import type { Content } from './shapes.js'

/** What is typed, and the version it was made from. */
interface Typed {
  content: Content
  rev: number
}

/** What is typed into an editor: kept in the browser from the first sign on, until it is saved or dropped. */
export interface ItemDraft extends Typed {
  /** When the kept text was typed, if there was one. */
  restored: Date | undefined
  /** Something is not saved. */
  dirty: boolean
  change(fields: Content): void
  /** The server has this now. What was typed since `sent` left stays, as not saved. */
  settle(content: Content, rev: number, sent?: Content): void
  /** Goes on with what is typed on top of another version. */
  rebase(rev: number): void
}

/** The draft of an item that the server has as `content` and `rev`. `name` is unique for the item. */
export function useItemDraft(name: string, content: Content, rev: number): ItemDraft {
  const { person } = useMe()
  const drafts = useMemo(() => createDrafts(localStorage, person.id, () => new Date()), [person.id])
  const [found] = useState(() => drafts.find(name, readTyped))
  const [saved, setSaved] = useState<Typed>({ content, rev })
  const [typed, setTyped] = useState<Typed>(found?.value ?? saved)
  const [restored, setRestored] = useState(found?.at)
  const now = useRef(typed)

  const become = useCallback((next: Typed) => {
    now.current = next
    setTyped(next)
  }, [])
  return {
    ...typed,
    restored,
    dirty: JSON.stringify(typed.content) !== JSON.stringify(saved.content),
    change(fields) {
      const merged = { ...now.current.content, ...fields }
      const given = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
      const next = { content: given, rev: now.current.rev }
      become(next)
      if (JSON.stringify(given) === JSON.stringify(saved.content)) drafts.drop(name)
      else drafts.keep(name, next)
    },
    settle(has, at, sent) {
      setSaved({ content: has, rev: at })
      setRestored(undefined)
      const since = sent !== undefined && JSON.stringify(sent) !== JSON.stringify(now.current.content)
      const next = { content: since ? now.current.content : has, rev: at }
      become(next)
      if (since) drafts.keep(name, next)
      else drafts.drop(name)
    },
    rebase(at) {
      const next = { ...now.current, rev: at }
      become(next)
      drafts.keep(name, next)
    },
  }
}

function readTyped(value: unknown): Typed | undefined {
  if (typeof value !== 'object' || value === null || !('content' in value) || !('rev' in value)) return undefined
  const { content, rev } = value
  if (typeof rev !== 'number' || typeof content !== 'object' || content === null) return undefined
  return { content: content as Content, rev }
}
