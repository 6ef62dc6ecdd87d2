import { Button, Tabs } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { useWords, WithWords } from '../words/use-words.js'
import { WecomCustomers } from './contacts/customers.js'
import { LostCustomers } from './contacts/lost.js'
import { SearchContacts } from './contacts/search.js'
import { words } from './contacts/words.js'

/** People: searched over all platforms, listed as customers of a corporation, and those who were lost. */
export function Contacts() {
  return (
    <Needs scope="contacts:read">
      <WithWords words={words}>
        <Lists />
      </WithWords>
    </Needs>
  )
}

function Lists() {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  return (
    <Page
      title={t('nav.contacts')}
      about={t('contacts.about')}
      actions={
        <Link to="/hand-overs">
          <Button>{t('cust.hand-overs')}</Button>
        </Link>
      }
    >
      <Tabs
        activeKey={search.get('tab') ?? 'search'}
        destroyOnHidden
        onChange={(key) => setSearch({ tab: key })}
        items={[
          { key: 'search', label: t('cust.search'), children: <SearchContacts /> },
          { key: 'customers', label: t('contacts.customers'), children: <WecomCustomers /> },
          { key: 'lost', label: t('cust.lost'), children: <LostCustomers /> },
        ]}
      />
    </Page>
  )
}
