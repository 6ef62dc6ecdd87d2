import { session } from '../api/browser.js'
import { useWords } from '../words/use-words.js'
import { Front } from './front.js'
import { SignInForm } from './sign-in-form.js'

/** Shown in the place of every page while nobody is signed in. */
export function SignInPage() {
  const { t } = useWords()
  return (
    <Front title={t('sign-in.title')}>
      <SignInForm entered={session.entered} />
    </Front>
  )
}
