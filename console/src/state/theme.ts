import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'

/** How the pages look. */
export const LOOKS = ['system', 'light', 'dark'] as const
export type Look = (typeof LOOKS)[number]

const KEY = 'weloop.look'
const darkQuery = matchMedia('(prefers-color-scheme: dark)')
const subscribe = (told: () => void) => {
  darkQuery.addEventListener('change', told)
  return () => darkQuery.removeEventListener('change', told)
}

/** The chosen look, whether it comes out dark, and how to choose. */
export function useLook(): { look: Look; dark: boolean; choose(look: Look): void } {
  const [look, setLook] = useState(() => LOOKS.find((one) => one === localStorage.getItem(KEY)) ?? 'system')
  const system = useSyncExternalStore(subscribe, () => darkQuery.matches)
  const dark = look === 'dark' || (look === 'system' && system)
  useEffect(() => {
    document.documentElement.dataset['look'] = dark ? 'dark' : 'light'
  }, [dark])
  const choose = useCallback((next: Look) => {
    localStorage.setItem(KEY, next)
    setLook(next)
  }, [])
  return { look, dark, choose }
}

const stillQuery = matchMedia('(prefers-reduced-motion: reduce)')
const stillSubscribe = (told: () => void) => {
  stillQuery.addEventListener('change', told)
  return () => stillQuery.removeEventListener('change', told)
}

/** Whether whoever looks asked their system for less motion: nothing slides or grows then. */
export const useStill = (): boolean => useSyncExternalStore(stillSubscribe, () => stillQuery.matches)

const narrowQuery = matchMedia('(max-width: 767px)')
const narrowSubscribe = (told: () => void) => {
  narrowQuery.addEventListener('change', told)
  return () => narrowQuery.removeEventListener('change', told)
}

/** Whether the page is as narrow as a phone. */
export const useNarrow = (): boolean => useSyncExternalStore(narrowSubscribe, () => narrowQuery.matches)
