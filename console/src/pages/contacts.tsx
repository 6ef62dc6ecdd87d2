import { Tabs } from 'antd'
import { useSearchParams } from 'react-router'
import { useMay } from '../session/use-session.js'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { useWords } from '../words/use-words.js'
import { WecomCustomers } from './contacts/customers.js'
import { FindContact } from './contacts/find.js'
import { SegmentMembers } from './contacts/members.js'

/** People: found by what they are called, listed by a segment, or as customers of a corporation. */
export function Contacts() {
  const { t } = useWords()
  const may = useMay()
  const [search, setSearch] = useSearchParams()
  const tab = search.get('tab') ?? (may('segments:read') ? 'segment' : 'find')
  return (
    <Needs scope="contacts:read">
      <Page title={t('nav.contacts')} about={t('contacts.about')}>
        <Tabs
          activeKey={tab}
          destroyOnHidden
          onChange={(key) => setSearch({ tab: key })}
          items={[
            ...(may('segments:read')
              ? [{ key: 'segment', label: t('contacts.by-segment'), children: <SegmentMembers /> }]
              : []),
            { key: 'customers', label: t('contacts.customers'), children: <WecomCustomers /> },
            { key: 'find', label: t('contacts.find'), children: <FindContact /> },
          ]}
        />
      </Page>
    </Needs>
  )
}
