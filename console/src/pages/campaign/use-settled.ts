import { useEffect, useState } from 'react'

/** A value once it has stood still for a moment: what is typed is not asked about letter by letter. */
export function useSettled(value: string, ms = 500): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
