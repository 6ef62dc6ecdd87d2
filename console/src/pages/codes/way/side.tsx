import { Empty } from 'antd'
import type { ContactWay } from '../../../api/types.js'
import { Fields, State } from '../../../shell/bits.js'
import { useWords } from '../../../words/use-words.js'

/** What a way is on the platform: its code, how it stands, what came of it. */
export function WaySide({ way }: { way: ContactWay }) {
  const { t, number } = useWords()
  return (
    <aside className="panel stack">
      {way.qrCode === undefined ? (
        <Empty description={t('code.no-picture')} />
      ) : (
        <div className="code-picture">
          <img src={way.qrCode} alt={t('code.of', { name: way.name })} />
        </div>
      )}
      <Fields
        lines={[
          [t('col.state'), <State key="state" kind="state" code={way.status} />],
          [t('col.channel-code'), <code key="code">{way.state}</code>],
          [t('way.edit.now'), way.staff.length > 0 ? way.staff.join('、') : '—'],
          [t('ways.added'), number(way.counts.added)],
          [t('ways.lost'), number(way.counts.lost)],
          way.problem && [t('way.edit.problem'), way.problem.message],
        ]}
      />
    </aside>
  )
}
