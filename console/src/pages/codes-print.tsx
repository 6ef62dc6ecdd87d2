import { PrinterOutlined } from '@ant-design/icons'
import { Alert, Button, Checkbox, Select, Space } from 'antd'
import { useSearchParams } from 'react-router'
import { useCall } from '../api/use-call.js'
import { useMay } from '../session/use-session.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { useWords, WithWords } from '../words/use-words.js'
import { PER_PAGE, type Printed, Sheets } from './codes/sheets.js'
import './codes/codes.css'
import { words } from './codes/words.js'

/** Codes for the printer: sheets of A4 with so many on each, their captions below. */
export function CodesPrint() {
  return (
    <WithWords words={words}>
      <Needs scope="content:read">
        <Print />
      </Needs>
    </WithWords>
  )
}

const WAY = 'wecom/'

function Print() {
  const { t } = useWords()
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const codes = useCall('listChannelCodes', { query: {} })
  const ways = useCall('listContactWays', may('contacts:read') ? { query: {} } : undefined)
  const now = new Date()
  const usable = (codes.data?.codes ?? []).filter(
    ({ url, expiresAt }) => url !== undefined && (expiresAt === undefined || new Date(expiresAt) > now),
  )
  const options = [
    {
      label: t('code.official'),
      options: usable.map(({ account, code, name }) => ({ value: `${account}/${code}`, label: `${name}（${code}）` })),
    },
    {
      label: t('code.wecom'),
      options: (ways.data?.ways ?? [])
        .filter(({ qrCode, status }) => qrCode !== undefined && status === 'live')
        .map(({ account, slug, name }) => ({ value: `${WAY}${account}/${slug}`, label: `${name}（${slug}）` })),
    },
  ]
  const chosen = search.getAll('of')
  const each = PER_PAGE.find((n) => String(n) === search.get('n')) ?? 6
  const copies = search.get('copies') === '1'
  const foot = search.get('foot') !== '0'
  const set = (change: (next: URLSearchParams) => void) => {
    const next = new URLSearchParams(search)
    change(next)
    setSearch(next, { replace: true })
  }
  const picked = chosen.flatMap((key): Printed[] => {
    if (key.startsWith(WAY)) {
      const way = ways.data?.ways.find(({ account, slug }) => `${WAY}${account}/${slug}` === key)
      return way?.qrCode === undefined ? [] : [{ key, name: way.name, code: way.state, picture: way.qrCode }]
    }
    const code = usable.find((one) => `${one.account}/${one.code}` === key)
    return code ? [{ key, name: code.name, code: code.code, account: code.account }] : []
  })

  return (
    <Page
      title={t('code.print')}
      back={{ to: '/codes', title: t('nav.codes') }}
      actions={
        <Button type="primary" icon={<PrinterOutlined />} disabled={picked.length === 0} onClick={() => window.print()}>
          {t('code.print.go')}
        </Button>
      }
    >
      <div className="print-controls stack">
        <Select
          mode="multiple"
          value={chosen}
          options={options}
          loading={codes.loading || ways.loading}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('code.print.choose')}
          aria-label={t('code.print.choose')}
          onChange={(keys) =>
            set((next) => {
              next.delete('of')
              for (const key of keys) next.append('of', key)
            })
          }
          data-testid="print-choose"
        />
        <Space wrap>
          <Select
            value={each}
            aria-label={t('code.print.each')}
            options={PER_PAGE.map((n) => ({ value: n, label: t('code.print.per-page', { n }) }))}
            onChange={(n) => set((next) => next.set('n', String(n)))}
            popupMatchSelectWidth={false}
          />
          <Checkbox
            checked={copies}
            onChange={({ target }) => set((next) => next.set('copies', target.checked ? '1' : '0'))}
          >
            {t('code.print.copies')}
          </Checkbox>
          <Checkbox
            checked={foot}
            onChange={({ target }) => set((next) => next.set('foot', target.checked ? '1' : '0'))}
          >
            {t('code.print.foot')}
          </Checkbox>
        </Space>
        {chosen.length === 0 && <Alert type="info" showIcon title={t('code.print.none')} />}
        {chosen.length > 0 && <p className="quiet">{t('code.print.about')}</p>}
      </div>
      <Sheets codes={picked} each={each} copies={copies} foot={foot} />
    </Page>
  )
}
