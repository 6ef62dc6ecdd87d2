import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useMe } from '../session/use-session.js'
import { createDrafts } from './drafts.js'

/** A form's value that outlives the session, a reload and a closed tab, until `drop`. */
export function useDraft(
  name: string,
  initial: string,
): { value: string; set(value: string): void; drop(): void; restored: Date | undefined } {
  const { person } = useMe()
  const drafts = useMemo(() => createDrafts(localStorage, person.id, () => new Date()), [person.id])
  const [found] = useState(() => drafts.find(name, (value) => (typeof value === 'string' ? value : undefined)))
  const [value, setValue] = useState(found?.value ?? initial)
  const first = useRef(initial)
  useEffect(() => {
    drafts.tidy()
  }, [drafts])
  const set = useCallback(
    (next: string) => {
      setValue(next)
      if (next === first.current) drafts.drop(name)
      else drafts.keep(name, next)
    },
    [drafts, name],
  )
  const drop = useCallback(() => {
    drafts.drop(name)
    setValue(first.current)
  }, [drafts, name])
  return { value, set, drop, restored: found?.at }
}
