import { Card, Empty, Skeleton, Tabs } from 'antd'
import { useParams } from 'react-router'
import type { Contact } from '../api/types.js'
import { useCall } from '../api/use-call.js'
import { LimitHelp } from '../help/limit-help.js'
import { useMay } from '../session/use-session.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { ProblemAlert } from '../shell/problem.js'
import { useWords, WithWords } from '../words/use-words.js'
import { Consents } from './contact/consents.js'
import { Fields } from './contact/fields.js'
import { Merge } from './contact/merge.js'
import { Merges } from './contact/merges.js'
import { Meters } from './contact/meters.js'
import { ContactOrders } from './contact/orders.js'
import { EraseButton, ExportButton } from './contact/rights.js'
import { Tags } from './contact/tags.js'
import { ContactTimeline } from './contact/timeline.js'
import { Who } from './contact/who.js'
import { WhyNot } from './contact/why.js'
import { words } from './contacts/words.js'

/** One person: identities, tags, fields, consents, windows, groups, what happened, and what may be done about it. */
export function ContactPage() {
  const { id = '' } = useParams()
  return (
    <Needs scope="contacts:read">
      <WithWords words={words}>
        <Profile key={id} id={id} />
      </WithWords>
    </Needs>
  )
}

function Profile({ id }: { id: string }) {
  const { t } = useWords()
  const may = useMay()
  const { data, problem, again } = useCall('getContact', { params: { id } })
  const back = { to: '/contacts', title: t('nav.contacts') }
  if (!data || problem?.status === 404) {
    return (
      <Page title={t('contact.title')} back={back}>
        {problem?.status === 404 && <Empty description={t('cust.gone')} />}
        {problem && problem.status !== 404 && <ProblemAlert problem={problem} again={again} />}
        {!problem && <Skeleton active />}
      </Page>
    )
  }
  return (
    <Page
      title={nameOf(data) ?? t('contact.title')}
      back={back}
      about={<code>{data.id}</code>}
      actions={
        <>
          {may('contacts:write') && <Merge contact={data} />}
          {may('admin') && <ExportButton contact={data} />}
          {may('admin') && <EraseButton contact={data} after={again} />}
        </>
      }
    >
      <div className="two">
        <div className="stack">
          <Card size="small" title={t('contact.who')}>
            <Who contact={data} />
          </Card>
          <Card size="small" title={t('col.tags')}>
            <Tags contact={data} again={again} />
          </Card>
          <Fields contact={data} again={again} />
        </div>
        <div className="stack">
          <Card
            size="small"
            title={
              <>
                {t('contact.reach')} <LimitHelp of="windows" />
              </>
            }
          >
            <Meters contact={data} />
          </Card>
          <Card size="small" title={t('contact.consents')}>
            <Consents contact={data} again={again} />
          </Card>
          <Merges contact={data} again={again} />
        </div>
      </div>
      <Card size="small">
        <Tabs
          destroyOnHidden
          items={[
            { key: 'timeline', label: t('contact.timeline'), children: <ContactTimeline contact={data} /> },
            { key: 'orders', label: t('contact.orders'), children: <ContactOrders id={data.id} /> },
            { key: 'why', label: t('contact.why'), children: <WhyNot id={data.id} /> },
          ]}
        />
      </Card>
    </Page>
  )
}

function nameOf({ profile }: Contact): string | undefined {
  const found = ['remark', 'name', 'nickname'].map((key) => profile[key]).find((value) => typeof value === 'string')
  return typeof found === 'string' && found !== '' ? found : undefined
}
