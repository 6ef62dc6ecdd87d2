import { App } from 'antd'
import { useSearchParams } from 'react-router'
import { call } from '../../api/browser.js'
import { given } from '../../api/use-call.js'
import { Ask } from '../../shell/ask.js'
import { useWords } from '../../words/use-words.js'

/** Handles what failed again, as far as the filters in the address reach; a hundred at a press. */
export function ReplayFailed({ after }: { after(): void }) {
  const { t } = useWords()
  const { message } = App.useApp()
  const [search] = useSearchParams()
  return (
    <Ask
      label={t('updates.replay-all')}
      title={t('updates.replay-all')}
      about={t('updates.replay-all.about')}
      done={t('act.done')}
      act={async () => {
        const body = given({ account: search.get('account') ?? undefined, kind: search.get('kind') ?? undefined })
        const { done, failed, dead, waiting, more } = await call('replayFailedUpdates', { body })
        const told = t('updates.replayed', { done, failed: failed + dead, waiting })
        if (failed + dead > 0 || more) message.warning(more ? `${told} ${t('updates.more')}` : told)
        else message.info(told)
      }}
      after={after}
    />
  )
}
