import { Button } from 'antd'
import { useNavigate } from 'react-router'
import { call } from '../../../api/browser.js'
import type { ContactWay } from '../../../api/types.js'
import { useMay } from '../../../session/use-session.js'
import { Ask } from '../../../shell/ask.js'
import { useWords } from '../../../words/use-words.js'

/** What can be done with a way: made anew where its code is gone, removed, saved. */
export function WayActions(props: {
  way: ContactWay | undefined
  off: boolean
  busy: boolean
  /** There is something to save, and it can be read. */
  ready: boolean
  save(): void
  again(): void
}) {
  const { way, off, busy, ready, save, again } = props
  const { t } = useWords()
  const may = useMay()
  const navigate = useNavigate()
  const asked = way && { params: { slug: way.slug }, query: { account: way.account } }
  return (
    <>
      {asked && way.status === 'gone' && may('contacts:write') && (
        <Ask
          label={t('way.edit.remake')}
          title={t('way.edit.remake.title')}
          about={t('way.edit.remake.about')}
          done={t('way.edit.remade')}
          act={() => call('remakeContactWay', asked)}
          after={again}
        />
      )}
      {asked && !off && (
        <Ask
          danger
          label={t('way.edit.remove')}
          title={t('way.edit.remove.title')}
          about={t('way.edit.remove.about')}
          done={t('way.edit.removed')}
          act={() => call('deleteContactWay', asked)}
          after={() => navigate('/contact-ways')}
        />
      )}
      {!off && (
        <Button type="primary" loading={busy} disabled={!ready} onClick={save} data-testid="save">
          {t('act.save')}
        </Button>
      )}
    </>
  )
}
