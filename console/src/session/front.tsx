import { Button, Card } from 'antd'
import type { ReactNode } from 'react'
import { useLanguage } from '../words/use-words.js'

/** The page of those who are not in yet: one card in the middle. */
export function Front({ title, children }: { title: string; children: ReactNode }) {
  const { words, speak } = useLanguage()
  const { t, locale } = words
  return (
    <main className="front">
      <div className="front-brand">
        <img src="/console/icon.svg" alt="" width={44} height={44} />
        <div>
          <strong>微环 WeLoop</strong>
          <div className="quiet">{t('front.about')}</div>
        </div>
      </div>
      <Card className="front-card">
        <h1>{title}</h1>
        {children}
      </Card>
      <Button type="text" size="small" onClick={() => speak(locale === 'en' ? 'zh-CN' : 'en')}>
        {locale === 'en' ? '中文' : 'English'}
      </Button>
    </main>
  )
}
