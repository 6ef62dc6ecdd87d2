import { QuestionCircleOutlined } from '@ant-design/icons'
import { Button, Popover, Tag } from 'antd'
import { useWords } from '../words/use-words.js'
import { LIMITS, type PlatformLimit } from './limits.js'

/** A question mark that tells the platform’s limits for this place, each with its source. */
export function LimitHelp({ of }: { of: keyof typeof LIMITS }) {
  const { t } = useWords()
  const limits: readonly PlatformLimit[] = LIMITS[of]
  return (
    <Popover
      trigger={['click']}
      title={t('help.limits')}
      content={
        <ul className="limits">
          {limits.map(({ word, values, source, verified }) => (
            <li key={word}>
              {t(word, values)}
              <div className="quiet">
                {t('help.source', { source })} {!verified && <Tag color="warning">{t('help.unverified')}</Tag>}
              </div>
            </li>
          ))}
        </ul>
      }
    >
      <Button type="text" size="small" icon={<QuestionCircleOutlined />} aria-label={t('help.limits')} />
    </Popover>
  )
}
