import { Tag, Tooltip } from 'antd'
import type { ConnectedAccount } from '../../api/types.js'
import { useWords } from '../../words/use-words.js'

/** Whether there is a token, and why not. */
export function TokenState({ token }: { token: ConnectedAccount['tokens'][number] }) {
  const { t } = useWords()
  const { state, problem, of } = token
  const word = problem
    ? 'token.trouble'
    : state === 'good'
      ? 'token.good'
      : state === 'over'
        ? 'token.over'
        : 'token.none'
  const tag = (
    <Tag color={problem ? 'error' : state === 'good' ? 'success' : 'default'} data-state={problem ? 'trouble' : state}>
      {of === 'mini-program' && `${t('accounts.mini-program')} `}
      {t(word)}
    </Tag>
  )
  return problem ? <Tooltip title={problem.reason}>{tag}</Tooltip> : tag
}

/** How pushes are encrypted: as configured, and how the last one really came where that differs. */
export function Encryption({ account: { callback } }: { account: ConnectedAccount }) {
  const { t } = useWords()
  if (!callback) return '—'
  return (
    <>
      <Tag color={callback.encryption === 'safe' ? 'success' : 'warning'}>
        {t(callback.encryption === 'safe' ? 'accounts.safe' : 'accounts.plain')}
      </Tag>
      {callback.lastMode === 'compatible' && <Tag color="warning">{t('accounts.compatible')}</Tag>}
    </>
  )
}
