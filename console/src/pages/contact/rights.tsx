import { Input } from 'antd'
import { useState } from 'react'
import { call } from '../../api/browser.js'
import type { Contact } from '../../api/types.js'
import { Ask, LEAST_REASON } from '../../shell/ask.js'
import { saveFile } from '../../table/save-file.js'
import { useWords } from '../../words/use-words.js'

/** Everything that is kept about her, as a file. */
export function ExportButton({ contact }: { contact: Contact }) {
  const { t } = useWords()
  return (
    <Ask
      label={t('cust.export')}
      title={t('cust.export')}
      about={t('cust.export.about')}
      done={t('cust.export.done')}
      act={async () => {
        const whole = await call('exportContact', { params: { id: contact.id } })
        saveFile(`contact-${contact.id}.json`, JSON.stringify(whole, undefined, 2), 'application/json')
      }}
    />
  )
}

/** Erases her; somebody must type the end of her id and say why. */
export function EraseButton({ contact, after }: { contact: Contact; after(): void }) {
  const { t } = useWords()
  const [confirm, setConfirm] = useState('')
  const end = contact.id.slice(-6)
  const words = t('cust.erase.type', { id: end })
  return (
    <Ask
      least={LEAST_REASON}
      label={t('cust.erase')}
      title={t('cust.erase')}
      about={t('cust.erase.about')}
      danger
      draft={`erase:${contact.id}`}
      done={t('cust.erased')}
      ready={confirm === end}
      act={(reason) => call('erasePerson', { params: { id: contact.id }, body: { reason, confirm } })}
      after={after}
    >
      <Input
        value={confirm}
        onChange={({ target }) => setConfirm(target.value.trim())}
        placeholder={words}
        aria-label={words}
        autoComplete="off"
        maxLength={6}
        data-testid="confirm"
      />
    </Ask>
  )
}
