import { Button } from 'antd'
import { lazy, Suspense } from 'react'
import { call, session } from '../api/browser.js'
import { useAct } from '../api/use-act.js'
import { useWords } from '../words/use-words.js'
import { Front } from './front.js'

const TotpSetUp = lazy(() => import('./totp-set-up.js').then((part) => ({ default: part.TotpSetUp })))

/** For roles that must have a second factor and have none yet: nothing else is shown before. */
export function SecondFactorFirst() {
  const { t } = useWords()
  const { busy, act } = useAct()
  return (
    <Front title={t('totp.first')}>
      <p className="quiet">{t('totp.first.about')}</p>
      <Suspense>
        <TotpSetUp done={session.entered} />
      </Suspense>
      <Button
        type="link"
        block
        disabled={busy}
        onClick={() =>
          act(async () => {
            await call('signOut', {})
            session.left()
          })
        }
      >
        {t('account.sign-out')}
      </Button>
    </Front>
  )
}
