import { Result } from 'antd'
import type { ReactNode } from 'react'
import { useMay } from '../session/use-session.js'
import { useWords } from '../words/use-words.js'

/** Shows a page to those who may see it, and tells the others what they lack. */
export function Needs({ scope, children }: { scope: string; children: ReactNode }) {
  const { t } = useWords()
  const may = useMay()
  if (may(scope)) return children
  return <Result status="403" title={t('needs.title')} subTitle={t('needs.about', { scope })} />
}
