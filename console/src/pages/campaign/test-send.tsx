import { Button, Input, Space } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import { useAct } from '../../api/use-act.js'
import { useMay } from '../../session/use-session.js'
import { useDraft } from '../../state/use-draft.js'
import { useWords } from '../../words/use-words.js'

/** Sends the push to one person on trial, and leads to what became of it. */
export function CampaignTest({ id }: { id: string }) {
  const { t } = useWords()
  const may = useMay()
  const { busy, act } = useAct()
  const { value, set } = useDraft('test-person', '')
  const [sent, setSent] = useState<string>()
  if (!may('campaigns:write')) return null
  const to = value.trim()
  return (
    <div className="stack">
      <Space.Compact block>
        <Input
          value={value}
          onChange={({ target }) => set(target.value)}
          placeholder={t('test.to')}
          aria-label={t('test.to')}
          maxLength={128}
        />
        <Button
          loading={busy}
          disabled={to === ''}
          onClick={() =>
            act(async () => {
              const body = /^[0-9a-f]{24}$/.test(to) ? { contact: to } : { to }
              setSent((await call('testCampaign', { params: { id }, body })).key)
            })
          }
        >
          {t('act.test')}
        </Button>
      </Space.Compact>
      {sent !== undefined && <Link to={`/deliveries?key=${encodeURIComponent(sent)}`}>{t('test.sent')}</Link>}
    </div>
  )
}
