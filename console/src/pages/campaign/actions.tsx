import { call } from '../../api/browser.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import type { Shown } from '../campaign.js'

type Act = 'runCampaign' | 'pauseCampaign' | 'resumeCampaign' | 'stopCampaign' | 'withdrawCampaign'

/** What can be done in which state; the API has the last word. */
const ACTS: readonly { act: Act; word: AnyWord; in: readonly Shown['state'][]; danger?: true }[] = [
  { act: 'runCampaign', word: 'act.run', in: ['approved', 'scheduled'] },
  { act: 'pauseCampaign', word: 'act.pause', in: ['running', 'scheduled'] },
  { act: 'resumeCampaign', word: 'act.resume', in: ['paused'] },
  { act: 'withdrawCampaign', word: 'act.withdraw', in: ['scheduled', 'approved'] },
  { act: 'stopCampaign', word: 'act.stop', in: ['scheduled', 'running', 'paused'], danger: true },
]

/** The buttons of a push, for those who may press them. */
export function CampaignActions({ campaign, again }: { campaign: Shown; again(): void }) {
  const { t } = useWords()
  const may = useMay()
  const { id, state, definition } = campaign
  if (!may('campaigns:write')) return null
  const params = { id }
  return (
    <>
      {ACTS.filter((one) => one.in.includes(state)).map(({ act, word, danger }) => (
        <Ask
          key={act}
          label={t(word)}
          title={`${t(word)}：${definition.name}`}
          danger={danger ?? false}
          draft={`campaign:${id}:${act}`}
          done={t('act.done')}
          act={(note) => call(act, { params, ...(note !== '' && { body: { note } }) })}
          after={again}
        />
      ))}
    </>
  )
}
