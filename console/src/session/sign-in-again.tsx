import { Button, Modal } from 'antd'
import { lazy, Suspense } from 'react'
import { session } from '../api/browser.js'
import { useWords } from '../words/use-words.js'
import { useSession } from './use-session.js'

const SignInForm = lazy(() => import('./sign-in-form.js').then((part) => ({ default: part.SignInForm })))

/** Over the page when the session ended in the middle of work: the page stays as it is and goes on afterwards. */
export function SignInAgain() {
  const { t } = useWords()
  const state = useSession()
  const ended = state.kind === 'ended'
  return (
    <Modal
      open={ended}
      title={t('again.title')}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      destroyOnHidden
      width={420}
      data-testid="sign-in-again"
    >
      {ended && (
        <Suspense>
          <p className="quiet">{t('again.about')}</p>
          <SignInForm entered={session.entered} login={state.me.person.login} />
          <Button type="link" block onClick={session.left}>
            {t('again.somebody-else')}
          </Button>
        </Suspense>
      )}
    </Modal>
  )
}
