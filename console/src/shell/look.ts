import { createContext, useContext } from 'react'
import type { useLook } from '../state/theme.js'

/** The look of the pages, and how to choose another. */
export const LookContext = createContext<ReturnType<typeof useLook> | undefined>(undefined)

/** The look of the pages. Throws outside of `<Console>`. */
export function useGivenLook(): ReturnType<typeof useLook> {
  const look = useContext(LookContext)
  if (!look) throw new Error('useGivenLook stands outside of <Console>')
  return look
}
