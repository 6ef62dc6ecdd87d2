import { logInAgain } from './api.js'
import { button } from './dom.js'
import { notice, tell } from './say.js'
import { sdkWords } from './sdk.js'

/** What went wrong, where the content would be, with the way on that fits. */
export function trouble(error, again) {
  const fix = error?.fix ? `${error.fix}。` : ''
  const words = `${sdkWords(error)}${error?.fix ? '。' : ''}${fix}`
  if (error?.status === 401)
    return notice(words, button('重新登录', logInAgain, { class: 'primary', testid: 'log-in' }))
  return notice(words, button('重试', again, { class: 'primary', testid: 'again' }))
}

/** Does something that was asked for by a press; its failure is said at the foot. Gives whether it was done. */
export async function attempt(act) {
  try {
    await act()
    return true
  } catch (error) {
    const fix = error?.fix ? `。${error.fix}` : ''
    tell(`${sdkWords(error)}${fix}`, true)
    return false
  }
}
