import { Button, Input } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Answer } from '../../api/client.js'
import { useAct } from '../../api/use-act.js'
import { useWords } from '../../words/use-words.js'
import { Bubble } from './bubble.js'
import type { Content } from './shapes.js'

const BY = { exact: 'try.exact', contains: 'try.contains', regex: 'try.regex' } as const

/** Asks which rule would answer a message, with the rule in the form as if it were live. */
export function TryBox({ slug, content }: { slug: string; content: Content }) {
  const { t } = useWords()
  const { busy, act } = useAct()
  const [text, setText] = useState('')
  const [at, setAt] = useState('')
  const [found, setFound] = useState<Answer<'tryReply'>>()

  const go = () =>
    act(async () => {
      if (text.trim() === '') return
      const when = at === '' ? {} : { at: new Date(at).toISOString() }
      setFound(await call('tryReply', { body: { text, ...when, draft: { slug, content: { ...content } } } }))
    })
  const rule = found?.rule
  const ours = rule !== undefined && rule.owner === 'console' && rule.slug === slug
  return (
    <section className="panel stack" data-testid="try">
      <h2>{t('try.title')}</h2>
      <p className="quiet">{t('try.about')}</p>
      <Input
        value={text}
        onChange={({ target }) => setText(target.value)}
        onPressEnter={go}
        placeholder={t('try.text')}
        aria-label={t('try.text')}
        data-testid="try-text"
      />
      <div className="actions">
        <Input
          type="datetime-local"
          className="filter"
          value={at}
          onChange={({ target }) => setAt(target.value)}
          title={t('try.at')}
          aria-label={t('try.at')}
        />
        <Button type="primary" onClick={go} loading={busy}>
          {t('try.go')}
        </Button>
      </div>
      {found && (
        <div className="stack" data-testid="try-result">
          {rule ? (
            <p className={ours ? 'good' : 'quiet'}>
              {ours ? t('try.this') : t('try.other', { name: rule.slug })} · {t(BY[rule.by])}
            </p>
          ) : (
            <p className="warn">{t('try.nobody')}</p>
          )}
          {rule && (
            <div className="chat">
              <Bubble answered={found} />
            </div>
          )}
        </div>
      )}
    </section>
  )
}
