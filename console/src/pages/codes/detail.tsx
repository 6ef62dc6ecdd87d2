import { Button, Drawer, InputNumber, Skeleton, Space, Tag } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { call } from '../../api/browser.js'
import type { ChannelCode } from '../../api/types.js'
import { useCall } from '../../api/use-call.js'
import { Chart } from '../../chart/chart.js'
import { useMay } from '../../session/use-session.js'
import { Ask } from '../../shell/ask.js'
import { Fields, Moment } from '../../shell/bits.js'
import { ProblemAlert } from '../../shell/problem.js'
import { useWords } from '../../words/use-words.js'
import { keep, svgAddress } from './placements.js'

/** One channel code: its picture, to keep as PNG or SVG, and what came of it day by day. */
export function CodeDetail({ code, close, changed }: { code: ChannelCode; close(): void; changed(): void }) {
  const { t, number } = useWords()
  const may = useMay()
  const params = { account: code.account, code: code.code }
  const { data, again } = useCall('getChannelCode', { params, query: {} })
  const [days, setDays] = useState(30)
  const { counts, url, expiresAt, tags, reply, costCentre } = data ?? code
  const labels = (data?.days ?? []).map(({ day }) => day.slice(5))
  const ended = expiresAt !== undefined && new Date(expiresAt) <= new Date()
  return (
    <Drawer open title={code.name} onClose={close} size={520}>
      <div className="stack">
        <Picture of={code} ready={url !== undefined && !ended} />
        <Fields
          lines={[
            [t('code.scene'), <code key="code">{code.code}</code>],
            [t('code.came'), t('code.came.line', { follows: number(counts.follows), scans: number(counts.scans) })],
            [t('code.lost'), number(counts.unfollows)],
            [t('code.first'), number(counts.first)],
            [t('col.tags'), tags.length > 0 ? tags.map((tag) => <Tag key={tag}>{tag}</Tag>) : '—'],
            [t('code.reply'), reply === undefined ? t('code.reply.none') : Object.values(reply).join('')],
            costCentre === undefined ? undefined : [t('code.cost'), costCentre],
            [
              t('code.life'),
              code.permanent ? (
                t('code.permanent')
              ) : (
                <>
                  {ended ? t('code.ended') : t('code.until')} <Moment at={expiresAt} />
                </>
              ),
            ],
          ]}
        />
        {!code.permanent && may('content:write') && (
          <Ask
            label={t('code.renew')}
            title={t('code.renew.title')}
            about={
              <Space>
                {t('code.renew.about')}
                <InputNumber
                  value={days}
                  min={1}
                  max={30}
                  aria-label={t('code.days')}
                  onChange={(next) => setDays(next ?? 30)}
                />
              </Space>
            }
            done={t('code.renewed')}
            act={() => call('renewChannelCode', { params, body: { lasts: `${days}d` } })}
            after={() => {
              again()
              changed()
            }}
          />
        )}
        {data ? (
          <Chart
            title={t('code.by-day')}
            labels={labels}
            kind="bar"
            series={[
              { name: t('code.follows'), values: data.days.map(({ follows }) => follows) },
              { name: t('code.scans'), values: data.days.map(({ scans }) => scans) },
              { name: t('code.lost'), values: data.days.map(({ unfollows }) => unfollows) },
            ]}
          />
        ) : (
          <Skeleton active />
        )}
      </div>
    </Drawer>
  )
}

function Picture({ of: { account, code, name }, ready }: { of: ChannelCode; ready: boolean }) {
  const { t } = useWords()
  const params = { account, code }
  const drawn = useCall('drawChannelCode', ready ? { params, query: { caption: name } } : undefined)
  if (!ready) return <p className="quiet">{t('code.no-picture')}</p>
  if (drawn.problem) return <ProblemAlert problem={drawn.problem} again={drawn.again} />
  if (!drawn.data) return <Skeleton.Node active />
  const svg = svgAddress(drawn.data.svg)
  return (
    <div className="code-picture">
      <img src={svg} alt={t('code.of', { name })} data-testid="code-picture" />
      <Space wrap>
        <Button onClick={() => keep(`${code}.svg`, svg)}>{t('code.svg')}</Button>
        <Button onClick={() => keep(`${code}.png`, `data:image/png;base64,${drawn.data?.png ?? ''}`)}>
          {t('code.png')}
        </Button>
        <Link to={`/codes/print?of=${encodeURIComponent(`${account}/${code}`)}`}>{t('code.print')}</Link>
      </Space>
    </div>
  )
}
