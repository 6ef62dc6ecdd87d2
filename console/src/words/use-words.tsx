import type { ConfigProviderProps } from 'antd'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { createWords, type Dictionary, LOCALES, type Locale, type OwnWords, type Words } from './words.js'

type AntLocale = NonNullable<ConfigProviderProps['locale']>
interface Spoken {
  locale: Locale
  dictionary: Dictionary
  /** The library’s own words. */
  library: AntLocale
}

const KEY = 'weloop.locale'
interface Language {
  words: Words
  dictionary: Dictionary
  /** The library’s own words. */
  library: AntLocale
  speak(locale: Locale): void
}
const Given = createContext<Language | undefined>(undefined)

/** The texts of the chosen language. */
export function useWords(): Words {
  return useLanguage().words
}

/** The texts, and the switch to another language. */
export function useLanguage() {
  const given = useContext(Given)
  if (!given) throw new Error('useWords stands outside of <Language>')
  return given
}

/** Gives everything inside the chosen language; only its dictionary is loaded. Shows nothing until it is there. */
export function Language({ children }: { children(library: AntLocale): ReactNode }) {
  const [locale, setLocale] = useState(kept)
  const [loaded, setLoaded] = useState<Spoken>()
  useEffect(() => {
    let current = true
    void load(locale).then((spoken) => {
      if (current) setLoaded(spoken)
    })
    return () => {
      current = false
    }
  }, [locale])
  const given = useMemo(() => {
    if (!loaded) return undefined
    document.documentElement.lang = loaded.locale
    return {
      library: loaded.library,
      dictionary: loaded.dictionary,
      words: createWords(loaded.locale, loaded.dictionary, () => new Date()),
      speak(next: Locale) {
        localStorage.setItem(KEY, next)
        setLocale(next)
      },
    }
  }, [loaded])
  return given && <Given.Provider value={given}>{children(given.library)}</Given.Provider>
}

/** Gives everything inside the texts of a part beside those of the console. */
export function WithWords({ words, children }: { words: OwnWords; children: ReactNode }) {
  const given = useLanguage()
  const more = useMemo(() => {
    const { locale } = given.words
    const dictionary = { ...given.dictionary, ...words[locale === 'en' ? 'en' : 'zh'] }
    return { ...given, dictionary, words: createWords(locale, dictionary, () => new Date()) }
  }, [given, words])
  return <Given.Provider value={more}>{children}</Given.Provider>
}

async function load(locale: Locale): Promise<Spoken> {
  if (locale === 'en') {
    const [{ en }, library] = await Promise.all([import('./en.js'), import('antd/es/locale/en_US')])
    return { locale, dictionary: en, library: library.default }
  }
  const [{ zh }, library] = await Promise.all([import('./zh.js'), import('antd/es/locale/zh_CN')])
  return { locale, dictionary: zh, library: library.default }
}

/** Chinese unless somebody chose otherwise here. */
const kept = (): Locale => LOCALES.find((locale) => locale === localStorage.getItem(KEY)) ?? 'zh-CN'
