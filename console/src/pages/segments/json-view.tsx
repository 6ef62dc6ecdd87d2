import { Alert, Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useWords } from '../../words/use-words.js'
import { type Draft, isDraft, normal } from './tree.js'

/** The rule as JSON, for those who write it faster so; what is no JSON changes nothing. */
export function JsonView({ rule, change, off }: { rule: Draft; change(rule: Draft): void; off: boolean }) {
  const { t } = useWords()
  const shown = JSON.stringify(rule, null, 2)
  const [text, setText] = useState(shown)
  useEffect(() => setText(shown), [shown])
  const read = parse(text)
  return (
    <div className="stack">
      <Input.TextArea
        value={text}
        readOnly={off}
        onChange={({ target }) => setText(target.value)}
        rows={20}
        aria-label={t('seg.json')}
        spellCheck={false}
        className="seg-json"
        data-testid="json"
      />
      {'fault' in read && <Alert type="error" showIcon title={`${t('seg.json.bad')} ${read.fault}`} />}
      {!off && (
        <Button
          disabled={'fault' in read || text === shown}
          onClick={() => 'rule' in read && change(normal(read.rule))}
          className="seg-apply"
        >
          {t('seg.json.apply')}
        </Button>
      )}
    </div>
  )
}

function parse(text: string): { rule: Draft } | { fault: string } {
  try {
    const value: unknown = JSON.parse(text)
    return isDraft(value) ? { rule: value } : { fault: '' }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : '' }
  }
}
