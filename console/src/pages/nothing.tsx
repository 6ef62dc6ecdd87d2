import { Result } from 'antd'
import { Link } from 'react-router'
import { useWords } from '../words/use-words.js'

/** An address that leads nowhere. */
export function Nothing() {
  const { t } = useWords()
  return <Result status="404" title={t('nothing.title')} extra={<Link to="/">{t('nav.overview')}</Link>} />
}
