"""Every method that tableauserverclient has for users, groups and group sets."""

import io
import tempfile
import unittest
import unittest.mock
import warnings
from pathlib import Path

from base import CLOUD, TSC, Counted, PeopleTest, named, token

COUNTED = Counted("users", "groups", "group_sets")
tearDownModule = COUNTED.check


class Users(PeopleTest):
    def test_add_get_update_remove(self):
        user = self.user(role="Explorer", auth_setting="SAML")
        found = self.server.users.get_by_id(user.id)
        self.assertEqual((found.name, found.site_role, found.auth_setting), (user.name, "Explorer", "SAML"))
        found.fullname, found.email, found.site_role, found.auth_setting = "Ada L", "ada@example.com", "Creator", "ServerDefault"
        self.server.users.update(found, "enchantress of numbers")
        listed = {u.id: u for u in TSC.Pager(self.server.users)}[user.id]
        self.assertEqual((listed.fullname, listed.email, listed.site_role), ("Ada L", "ada@example.com", "Creator"))
        # The password is one to sign in with.
        self.by_password(user.name, "enchantress of numbers")
        self.assertEqual([u.id for u in self.server.users.filter(email="ada@example.com", name=user.name)], [user.id])
        self.server.users.remove(user.id)
        self.fails("404002", self.server.users.get_by_id, user.id)

    def test_a_name_is_taken_once_and_roles_are_those_of_the_schema(self):
        user = self.user()
        self.fails("409017", self.server.users.add, TSC.UserItem(user.name.upper(), "Viewer"))
        self.fails("400013", self.server.users.add, TSC.UserItem(named("user"), "Interactor"))
        found = self.server.users.get_by_id(user.id)
        found.email = "no address"
        self.fails("400000", self.server.users.update, found)

    def test_all_fields_and_pages(self):
        everyone, page = self.server.users.get()
        self.assertEqual(page.total_available, len(everyone))
        self.assertTrue(all(user.email and user.fullname for user in everyone if "." in user.name))
        few, page = self.server.users.get(TSC.RequestOptions(pagesize=3, pagenumber=2))
        self.assertEqual([user.id for user in few], [user.id for user in everyone[3:6]])
        self.assertEqual(page.total_available, len(everyone))

    def test_what_a_user_owns_is_passed_on(self):
        user, heir = self.user(role="Creator"), self.known("anita.silva")
        project = self.project()
        project.owner_id = user.id
        self.server.projects.update(project)
        self.fails("409003", self.server.users.remove, user.id)
        self.server.users.remove(user.id, map_assets_to=heir.id)
        [found] = self.server.projects.filter(name=project.name)
        self.assertEqual(found.owner_id, heir.id)

    def test_the_last_administrator_and_oneself_stay(self):
        me = self.server.users.get_by_id(self.server.user_id)
        self.fails("400000", self.server.users.remove, me.id)
        me.site_role = "Viewer"
        self.fails("403009", self.server.users.update, me)

    def test_workbooks_and_groups_of_a_user(self):
        user = self.known("anita.silva")
        self.server.users.populate_workbooks(user)
        seen = {workbook.name for workbook in user.workbooks}
        self.assertIn("Superstore", seen)
        self.server.users.populate_workbooks(user, owned_only=True)
        owned = list(user.workbooks)
        self.assertTrue(owned and all(workbook.owner_id == user.id for workbook in owned))
        self.assertLess(len(owned), len(seen))
        self.server.users.populate_groups(user)
        self.assertEqual({group.name for group in user.groups}, {"All Users", "Sales"})

    def test_favorites_of_a_user(self):
        user = self.server.users.get_by_id(self.server.user_id)
        project = self.project()
        self.server.favorites.add_favorite_project(user, project)
        self.server.users.populate_favorites(user)
        self.assertIn(project.id, {favorite.id for favorite in user.favorites["projects"]})

    def test_many_users_of_a_file_by_a_job(self):
        names = [named("bulk") for _ in range(3)]
        users = [TSC.UserItem(name, role) for name, role in zip(names, ("Viewer", "Creator", "ExplorerCanPublish"))]
        users[0].fullname, users[0].email = "First of many", "first@example.com"
        job = self.server.users.bulk_add(users)
        self.done(job)
        found = {user.name: user for user in TSC.Pager(self.server.users)}
        self.assertEqual([found[name].site_role for name in names], ["Viewer", "Creator", "ExplorerCanPublish"])
        self.assertEqual((found[names[0]].fullname, found[names[0]].email), ("First of many", "first@example.com"))
        # The same again changes nothing, and another role is a change.
        users[0].site_role = "Explorer"
        job = self.done(self.server.users.bulk_add(users))
        notes = {note["type"]: note["value"] for note in job.status_notes}
        self.assertEqual((notes["CountOfUsersSiteRoleUpdated"], notes["CountOfUsersSkipped"]), ("1", "2"))
        self.server.users.bulk_remove(users)
        # The library drops the answer with the job.
        self.done(next(job.id for job in self.server.jobs.filter(job_type="delete_site_users_csv") if job.status != "Success"))
        self.assertFalse({user.name for user in TSC.Pager(self.server.users)} & set(names))

    def test_one_by_one(self):
        users = [TSC.UserItem(named("one"), "Viewer"), TSC.UserItem("admin", "Viewer")]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            created, failed = self.server.users.add_all(users)
            for user in created:
                self.addCleanup(self.gone, self.server.users.remove, user.id)
            self.assertEqual(([u.name for u in created], [u.name for u in failed]), ([users[0].name], ["admin"]))
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "users.csv"
                name = named("csv")
                file.write_text(f"{name},,Csv User,Creator,None,yes,csv@example.com\n")
                with unittest.mock.patch("sys.stdout", io.StringIO()):
                    created, failed = self.server.users.create_from_file(str(file))
            for user in created:
                self.addCleanup(self.gone, self.server.users.remove, user.id)
            self.assertEqual([(u.name, u.site_role) for u in created], [(name, "Creator")])

    def test_licences_are_counted(self):
        site = self.server.sites.get_by_id(self.server.site_id)
        viewers = sum(user.site_role == "Viewer" for user in TSC.Pager(self.server.users))
        site.tier_creator_capacity, site.tier_explorer_capacity = 1000, 1000
        site.tier_viewer_capacity = viewers + 1
        self.server.sites.update(site)

        def back():
            site.tier_viewer_capacity = 100000
            self.server.sites.update(site)

        self.addCleanup(back)
        self.user(role="Viewer")
        self.fails("409014", self.server.users.add, TSC.UserItem(named("user"), "Viewer"))
        unlicensed = self.user(role="Unlicensed")
        unlicensed.site_role = "Viewer"
        self.fails("409014", self.server.users.update, unlicensed)

    def test_others_than_administrators_manage_nobody(self):
        for name in ("anita.silva", "ben.okafor", "farid.haddad"):
            server = self.signed_in(token(name))
            self.fails("403004", server.users.add, TSC.UserItem(named("user"), "Viewer"))
            self.fails("403004", server.users.get)
            self.assertEqual(server.users.get_by_id(server.user_id).name, name)
            self.fails("403133", server.users.get_by_id, self.server.user_id)
            self.fails("403018", lambda: list(self.workbooks_of(server, self.known("hugo.martin"))))
            self.fails("403004", server.users.remove, self.known("hugo.martin").id)
        for name in ("dmitri.volkov", "emi.tanaka"):
            server = self.signed_in(token(name))
            added = server.users.add(TSC.UserItem(named("user"), "Viewer"))
            server.users.remove(added.id)
            self.fails("403004", server.users.add, TSC.UserItem(named("user"), "ServerAdministrator"))

    def workbooks_of(self, server, user):
        server.users.populate_workbooks(user)
        return user.workbooks

    def test_on_cloud_names_are_addresses_and_stay(self):
        cloud = self.signed_in(token("wei.chen@example.com"), CLOUD)
        self.fails("400000", cloud.users.add, TSC.UserItem("jsmith", "Viewer"))
        added = cloud.users.add(TSC.UserItem(named("user") + "@example.com", "Viewer"))
        self.addCleanup(self.gone, cloud.users.remove, added.id)
        found = cloud.users.get_by_id(added.id)
        found.site_role = "Explorer"
        self.assertEqual(cloud.users.update(found).site_role, "Explorer")
        found.fullname = "Another Name"
        self.fails("403004", cloud.users.update, found)


class Groups(PeopleTest):
    def test_create_rename_delete(self):
        group = self.group()
        self.assertIn(group.id, {found.id for found in TSC.Pager(self.server.groups)})
        self.fails("409009", self.server.groups.create, TSC.GroupItem(group.name.upper()))
        group.name = named("renamed")
        self.assertEqual(self.server.groups.update(group).name, group.name)
        self.assertEqual([found.id for found in self.server.groups.filter(name=group.name)], [group.id])
        self.server.groups.delete(group.id)
        self.fails("404012", self.server.groups.delete, group.id)

    def test_users_of_a_group_by_pages(self):
        group = self.group()
        users = [self.user() for _ in range(3)]
        self.assertEqual(self.server.groups.add_user(group, users[0].id).id, users[0].id)
        self.fails("409011", self.server.groups.add_user, group, users[0].id)
        added = self.server.groups.add_users(group, users)
        self.assertEqual({user.id for user in added}, {user.id for user in users})
        self.server.groups.populate_users(group, TSC.RequestOptions(pagesize=2))
        self.assertEqual([user.id for user in group.users], [user.id for user in users])
        self.server.groups.remove_user(group, users[0].id)
        self.fails("404002", self.server.groups.remove_user, group, users[0].id)
        self.server.groups.remove_users(group, users[1:])
        self.server.groups.populate_users(group)
        self.assertEqual(list(group.users), [])

    def test_a_least_role_counts_at_once(self):
        group = self.group(minimum_site_role="Explorer")
        viewer, creator = self.user(role="Viewer"), self.user(role="Creator")
        self.server.groups.add_users(group, [viewer, creator])
        roles = [self.server.users.get_by_id(user.id).site_role for user in (viewer, creator)]
        self.assertEqual(roles, ["Explorer", "Creator"])
        group.minimum_site_role = "Creator"
        self.server.groups.update(group)
        self.assertEqual(self.server.users.get_by_id(viewer.id).site_role, "Creator")

    def imported(self, name, domain="example.lan", mode="onSync", role="Viewer"):
        item = TSC.GroupItem(name, domain)
        item.license_mode, item.minimum_site_role = mode, role
        return item

    def forget(self, group):
        """Deletes an imported group, and the users that came with it."""
        self.server.groups.populate_users(group)
        for user in list(group.users):
            self.addCleanup(self.gone, self.server.users.remove, user.id)
        self.gone(self.server.groups.delete, group.id)

    def test_a_group_of_a_directory(self):
        group = self.server.groups.create_AD_group(self.imported("Analysts"))
        self.addCleanup(self.forget, group)
        self.server.groups.populate_users(group)
        users = {user.name: user for user in group.users}
        self.assertEqual(set(users), {"nadia.berg", "omar.sayed", "paula.fischer"})
        self.assertEqual({user.site_role for user in users.values()}, {"Viewer"})
        [found] = self.server.groups.filter(name="Analysts")
        self.assertEqual((found.domain_name, found.license_mode), ("example.lan", "onSync"))
        self.fails("409009", self.server.groups.create_AD_group, self.imported("Analysts"))
        self.fails("404016", self.server.groups.create_AD_group, self.imported("Analysts", "other.lan"))
        self.fails("404017", self.server.groups.create_AD_group, self.imported("Nobody"))
        # Who is inside is what the directory says.
        self.fails("403004", self.server.groups.add_user, group, self.known("anita.silva").id)
        self.server.users.remove(users["omar.sayed"].id)
        found.minimum_site_role = "Explorer"
        job = self.done(self.server.groups.update(found, as_job=True))
        notes = {note["type"]: note["value"] for note in job.status_notes}
        self.assertEqual((notes["CountOfUsersAddedToSite"], notes["CountOfUsersAddedToGroup"]), ("1", "1"))
        self.server.groups.populate_users(found)
        self.assertEqual({(user.name, user.site_role) for user in found.users}, {(name, "Explorer") for name in users})

    def test_a_group_of_a_directory_by_a_job(self):
        job = self.server.groups.create_AD_group(self.imported("Controllers", mode="onLogin", role="Creator"), asJob=True)
        self.assertEqual(list(self.server.groups.filter(name="Controllers")), [])
        self.done(job)
        [group] = self.server.groups.filter(name="Controllers")
        self.addCleanup(self.forget, group)
        self.server.groups.populate_users(group)
        [quentin] = [user for user in group.users if user.name == "quentin.roy"]
        # The role comes at sign-in.
        self.assertEqual(quentin.site_role, "Unlicensed")
        self.server.users.update(quentin, "mot de passe")
        self.by_password("quentin.roy", "mot de passe")
        self.assertEqual(self.server.users.get_by_id(quentin.id).site_role, "Creator")

    def test_no_directory_on_cloud(self):
        cloud = self.signed_in(token("wei.chen@example.com"), CLOUD)
        self.fails("403011", cloud.groups.create_AD_group, self.imported("Analysts"))

    def test_the_group_of_all_users_stays(self):
        [everyone] = self.server.groups.filter(name="All Users")
        self.fails("403004", self.server.groups.delete, everyone.id)
        self.fails("403004", self.server.groups.add_user, everyone, self.server.user_id)
        self.server.groups.populate_users(everyone)
        self.assertIn("admin", {user.name for user in everyone.users})

    def test_others_than_administrators_see_groups_and_change_none(self):
        group = self.group()
        for name in ("anita.silva", "farid.haddad"):
            server = self.signed_in(token(name))
            self.assertIn(group.id, {found.id for found in TSC.Pager(server.groups)})
            self.fails("403004", server.groups.create, TSC.GroupItem(named("group")))
            self.fails("403004", server.groups.add_user, group, server.user_id)
            self.fails("403004", server.groups.delete, group.id)
            self.fails("403004", lambda: list(self.users_of(server, group)))

    def users_of(self, server, group):
        server.groups.populate_users(group)
        return group.users


class GroupSets(PeopleTest):
    def group_set(self):
        created = self.server.group_sets.create(TSC.GroupSetItem(named("set")))
        self.addCleanup(self.gone, self.server.group_sets.delete, created.id)
        return created

    def test_create_rename_delete(self):
        group_set = self.group_set()
        group_set.name = named("renamed")
        self.assertEqual(self.server.group_sets.update(group_set).name, group_set.name)
        sets, _ = self.server.group_sets.get()
        self.assertIn(group_set.id, {found.id for found in sets})
        self.assertEqual([found.id for found in self.server.group_sets.filter(name=group_set.name)], [group_set.id])
        self.server.group_sets.delete(group_set)
        self.fails("404003", self.server.group_sets.get_by_id, group_set.id)

    def test_groups_of_a_group_set(self):
        group_set, one, other = self.group_set(), self.group(), self.group()
        self.server.group_sets.add_group(group_set, one)
        self.server.group_sets.add_group(group_set, other)
        found = self.server.group_sets.get_by_id(group_set.id)
        self.assertEqual({group.id for group in found.groups}, {one.id, other.id})
        self.assertEqual(int(found.group_count), 2)
        [local] = [s for s in self.server.group_sets.get(result_level="local")[0] if s.id == group_set.id]
        self.assertEqual((list(local.groups), int(local.group_count)), ([], 2))
        self.server.group_sets.remove_group(group_set, one)
        self.assertEqual([group.id for group in self.server.group_sets.get_by_id(group_set.id).groups], [other.id])

    def test_a_rule_for_a_group_set_is_for_users_in_all_of_its_groups(self):
        group_set, one, other = self.group_set(), self.group(), self.group()
        user = self.user(role="Creator")
        self.server.users.update(user, "in both groups")
        for group in (one, other):
            self.server.group_sets.add_group(group_set, group)
        self.server.groups.add_user(one, user.id)
        project = self.project()
        self.server.projects.populate_permissions(project)
        for rule in project.permissions:
            self.server.projects.delete_permission(project, [rule])
        rule = TSC.PermissionsRule(group_set.to_reference(), {"Read": "Allow"})
        self.server.projects.update_permissions(project, [rule])
        self.server.projects.populate_permissions(project)
        [shown] = project.permissions
        self.assertEqual((shown.grantee.tag_name, shown.grantee.id), ("groupSet", group_set.id))

        def sees():
            server = self.by_password(user.name, "in both groups")
            return bool(list(server.projects.filter(name=project.name)))

        self.assertFalse(sees())
        self.server.groups.add_user(other, user.id)
        self.assertTrue(sees())

    def test_others_than_administrators_change_no_group_set(self):
        group_set = self.group_set()
        server = self.signed_in(token("anita.silva"))
        self.assertEqual(server.group_sets.get_by_id(group_set.id).name, group_set.name)
        self.fails("403004", server.group_sets.create, TSC.GroupSetItem(named("set")))
        self.fails("403004", server.group_sets.delete, group_set)


if __name__ == "__main__":
    unittest.main()
