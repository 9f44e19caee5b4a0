"""Every method that tableauserverclient has for sites, OpenID Connect and extensions."""

import unittest

from base import CLOUD, TOKEN, TSC, Counted, PeopleTest, named, token

COUNTED = Counted("sites", "oidc", "extensions")
tearDownModule = COUNTED.check


class Sites(PeopleTest):
    def site(self, **options):
        name = named("site")
        created = self.server.sites.create(TSC.SiteItem(name, options.pop("content_url", None) or name, **options))
        self.addCleanup(self.forget, created)
        return created

    def forget(self, site):
        """The library deletes the site that it is signed in to."""
        try:
            server = self.signed_in(TOKEN, site.content_url)
        except TSC.FailedSignInError as error:
            # It is deleted.
            self.assertEqual(error.code, "401001")
        else:
            server.sites.delete(site.id)

    def test_create_use_and_delete(self):
        site = self.site(admin_mode=TSC.SiteItem.AdminMode.ContentAndUsers, user_quota=15, storage_quota=1000)
        self.assertEqual((site.user_quota, site.storage_quota, site.state), (15, 1000, "Active"))
        self.fails("409001", self.server.sites.create, TSC.SiteItem(site.name, named("site")))
        self.fails("409002", self.server.sites.create, TSC.SiteItem(named("site"), site.content_url))
        self.assertIn(site.id, {found.id for found in TSC.Pager(self.server.sites)})
        server = self.signed_in(TOKEN, site.content_url)
        self.assertEqual([project.name for project in TSC.Pager(server.projects)], ["default"])
        self.assertEqual([(user.name, user.site_role) for user in TSC.Pager(server.users)], [("admin", "ServerAdministrator")])
        self.assertEqual([group.name for group in TSC.Pager(server.groups)], ["All Users"])
        self.assertEqual(server.sites.get_by_id(site.id).name, site.name)
        server.sites.delete(site.id)
        self.server = self.signed_in(TOKEN)
        self.assertNotIn(site.id, {found.id for found in TSC.Pager(self.server.sites)})

    def test_by_name_and_by_content_url(self):
        # The library finds a content URL only if its own address has it.
        site = self.site(content_url="api")
        self.assertEqual(self.server.sites.get_by_name(site.name).id, site.id)
        self.assertEqual(self.server.sites.get_by_content_url("api").id, site.id)

    def test_every_setting_is_kept(self):
        site = self.site()
        server = self.signed_in(TOKEN, site.content_url)
        item = server.sites.get_by_id(site.id)
        item.name = named("renamed")
        item.subscribe_others_enabled, item.commenting_enabled, item.run_now_enabled = False, True, False
        item.time_zone, item.use_default_time_zone, item.revision_limit = "Europe/Lisbon", False, 77
        item.user_visibility_mode, item.data_alerts_enabled = "LIMITED", True
        server.sites.update(item)
        found = server.sites.get_by_id(site.id)
        for member in ("name", "subscribe_others_enabled", "commenting_enabled", "run_now_enabled", "time_zone", "revision_limit", "user_visibility_mode"):
            self.assertEqual(str(getattr(found, member)), str(getattr(item, member)), member)

    def test_a_quota_holds(self):
        # Server administrators do not count.
        site = self.site(user_quota=1)
        server = self.signed_in(TOKEN, site.content_url)
        server.users.add(TSC.UserItem(named("user"), "Viewer"))
        self.fails("409014", server.users.add, TSC.UserItem(named("user"), "Viewer"))
        server.users.add(TSC.UserItem(named("user"), "Unlicensed"))

    def test_a_suspended_site_is_for_server_administrators(self):
        [pedro] = [t for t in [token("pedro.alvarez")]]
        server = self.signed_in(TOKEN, "MarketingTeam")
        site = server.sites.get_by_id(server.site_id)
        self.signed_in(pedro, "MarketingTeam")
        site.state = TSC.SiteItem.State.Suspended
        server.sites.update(site)
        try:
            with self.assertRaises(TSC.FailedSignInError):
                self.signed_in(pedro, "MarketingTeam")
        finally:
            site.state = TSC.SiteItem.State.Active
            server.sites.update(site)
        self.signed_in(pedro, "MarketingTeam")

    def test_extracts_are_encrypted(self):
        site = self.server.site_id
        extracts = [w for w in TSC.Pager(self.server.workbooks) if w.has_extracts]
        for change, encrypted in ((self.server.sites.encrypt_extracts, True), (self.server.sites.re_encrypt_extracts, True), (self.server.sites.decrypt_extracts, False)):
            change(site)
            for workbook in extracts[:3]:
                self.assertEqual(self.encrypted(workbook), encrypted)

    def encrypted(self, workbook):
        answer = self.server.session.get(
            f"{self.server.workbooks.baseurl}/{workbook.id}",
            headers={"x-tableau-auth": self.server.auth_token, "accept": "application/json"},
        ).json()
        return str(answer["workbook"].get("encryptExtracts")).lower() == "true"

    def test_only_server_administrators_manage_sites(self):
        for name in ("dmitri.volkov", "anita.silva"):
            server = self.signed_in(token(name))
            self.fails("403004", server.sites.get)
            self.fails("403004", server.sites.create, TSC.SiteItem(named("site"), named("site")))
        # Administrators of a site change what is not the server's.
        server = self.signed_in(token("dmitri.volkov"))
        site = server.sites.get_by_id(server.site_id)
        site.admin_mode = None
        self.fails("403004", self.server_settings, server, site)

    def server_settings(self, server, site):
        site.replace_license_tiers_with_user_quota(3)
        server.sites.update(site)

    def test_on_cloud_sites_are_not_listed(self):
        cloud = self.signed_in(token("wei.chen@example.com"), CLOUD)
        self.fails("403069", cloud.sites.get)
        self.assertEqual(cloud.sites.get_by_id(cloud.site_id).content_url, CLOUD)


class OpenIdConnect(PeopleTest):
    def configuration(self):
        item = TSC.SiteOIDCConfiguration()
        item.idp_configuration_name, item.client_id, item.client_secret = named("idp"), "tabctl", "omit"
        item.authorization_endpoint = "https://idp.example.com/authorize"
        item.token_endpoint = "https://idp.example.com/token"
        item.userinfo_endpoint = "https://idp.example.com/userinfo"
        item.jwks_uri, item.enabled = "https://idp.example.com/keys", True
        return item

    def test_configurations(self):
        cloud = self.signed_in(token("wei.chen@example.com"), CLOUD)
        created = cloud.oidc.create(self.configuration())
        self.assertTrue(created.idp_configuration_id and created.test_login_url)
        self.assertIn(created.idp_configuration_id, {c.idp_configuration_id for c in cloud.oidc.get()})
        self.assertIn(created.idp_configuration_id, {c.idp_configuration_id for c in cloud.sites.list_auth_configurations()})
        created.client_secret, created.prompt, created.client_id = "changed", "login", "other"
        updated = cloud.oidc.update(created)
        found = cloud.oidc.get_by_id(created.idp_configuration_id)
        self.assertEqual((updated.prompt, found.prompt, found.client_id), ("login", "login", "other"))
        # Answers never show the secret.
        self.assertIsNone(found.client_secret)
        user = TSC.UserItem(named("user") + "@example.com", "Viewer")
        user.idp_configuration_id = created.idp_configuration_id
        user = cloud.users.add(user)
        self.addCleanup(self.gone, cloud.users.remove, user.id)
        self.assertEqual(cloud.users.get_by_id(user.id).idp_configuration_id, created.idp_configuration_id)
        cloud.oidc.delete_configuration(created)
        self.fails("404003", cloud.oidc.get_by_id, created.idp_configuration_id)
        self.assertIsNone(cloud.users.get_by_id(user.id).idp_configuration_id)

    def test_for_administrators_and_on_cloud(self):
        server = self.server
        self.fails("403004", server.oidc.get)
        cloud = self.signed_in(token("tara.novak@example.com"), CLOUD)
        self.fails("403004", cloud.oidc.create, self.configuration())
        self.fails("403004", cloud.sites.list_auth_configurations)


class Extensions(PeopleTest):
    def test_settings_of_the_server(self):
        before = self.server.extensions.get_server_settings()
        self.assertTrue(before.enabled)
        before.enabled, before.block_list = False, ["https://bad.example.com", "https://worse.example.com"]
        changed = self.server.extensions.update_server_settings(before)
        self.assertEqual((changed.enabled, changed.block_list), (False, before.block_list))
        found = self.server.extensions.get_server_settings()
        self.assertEqual((found.enabled, found.block_list), (False, before.block_list))
        found.enabled, found.block_list = True, []
        self.server.extensions.update_server_settings(found)
        server = self.signed_in(token("dmitri.volkov"))
        self.fails("403004", server.extensions.get_server_settings)

    def test_settings_of_a_site(self):
        settings = self.server.extensions.get()
        self.assertTrue(settings.enabled)
        settings.use_default_setting = False
        settings.safe_list = [TSC.SafeExtension("https://ext.example.com", True, False)]
        self.server.extensions.update(settings)
        found = self.server.extensions.get()
        self.assertEqual([(e.url, e.full_data_allowed, e.prompt_needed) for e in found.safe_list], [("https://ext.example.com", True, False)])
        self.assertFalse(found.use_default_setting)
        server = self.signed_in(token("anita.silva"))
        self.fails("403004", server.extensions.get)


if __name__ == "__main__":
    unittest.main()
