import { Popover, Tag } from 'antd'
import type { Rule } from '../../../../../rules/rule.js'
import { useWords } from '../../../words/use-words.js'
import type { AnyWord } from '../../../words/words.js'

/** The platform's limit beside a field, and how much of it is used; a press tells where it is written. */
export function Limit(props: {
  word: AnyWord
  of: Rule<number>
  /** The value is shown as so many of these. */
  unit?: number
  used?: number
}) {
  const { word, of, unit = 1, used = 0 } = props
  const { value, source, verified } = of
  const { t, number } = useWords()
  return (
    <Popover
      trigger={['click']}
      title={t('help.limits')}
      content={
        <div className="way-source">
          {t('help.source', { source })} {!verified && <Tag color="warning">{t('help.unverified')}</Tag>}
        </div>
      }
    >
      <button type="button" className={used > value ? 'way-limit bad' : 'way-limit'}>
        {t(word, { n: number(value / unit), used: number(used) })}
      </button>
    </Popover>
  )
}
