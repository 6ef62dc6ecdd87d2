import { FileAddOutlined } from '@ant-design/icons'
import { Skeleton } from 'antd'
import type { CampaignOptions } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { BLANK, freshId, fromTemplate, type Written } from './written.js'

/** Pushes to begin with, each with what it is for. */
export function Templates({ options, choose }: { options: CampaignOptions; choose(written: Written): void }) {
  const { t, both } = useWords()
  const { data, problem, again } = useCall('listCampaignTemplates', {})
  const now = () => new Date()
  return (
    <section className="stack">
      <h2>{t('compose.templates')}</h2>
      {problem && <ProblemAlert problem={problem} again={again} />}
      {!data && !problem && <Skeleton active />}
      <ul className="templates">
        {data?.templates.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              data-template={one.id}
              onClick={() =>
                choose({ id: freshId(one.id, now()), definition: fromTemplate(one, now(), options.timeZone) })
              }
            >
              <b>{both(one.title)}</b>
              <span className="quiet">{one.origin === 'file' ? t('compose.own') : both(one.about)}</span>
            </button>
          </li>
        ))}
        <li>
          <button
            type="button"
            data-template="blank"
            onClick={() => choose({ id: freshId('push', now()), definition: BLANK })}
          >
            <b>
              <FileAddOutlined /> {t('compose.blank')}
            </b>
          </button>
        </li>
      </ul>
    </section>
  )
}
