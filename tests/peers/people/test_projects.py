"""Every method that tableauserverclient has for projects, with their permissions and default permissions of nine kinds."""

import unittest

from base import TSC, Counted, PeopleTest, named, token

COUNTED = Counted("projects")
tearDownModule = COUNTED.check

KINDS = {
    "workbook": "ExportImage",
    "datasource": "Connect",
    "flow": "Execute",
    "metric": "Read",
    "datarole": "Read",
    "lens": "Read",
    "virtualconnection": "Connect",
    "database": "Read",
    "table": "Read",
}


class Projects(PeopleTest):
    def test_create_change_delete(self):
        project = self.project(description="For a test", content_permissions="LockedToProject")
        self.assertEqual((project.description, project.content_permissions), ("For a test", "LockedToProject"))
        project.name, project.description, project.content_permissions = named("renamed"), "Changed", "ManagedByOwner"
        changed = self.server.projects.update(project)
        self.assertEqual((changed.name, changed.description, changed.content_permissions), (project.name, "Changed", "ManagedByOwner"))
        self.assertEqual([found.id for found in self.server.projects.filter(name=project.name)], [project.id])
        everything, _ = self.server.projects.get(TSC.RequestOptions(pagesize=1000))
        self.assertIn(project.id, {found.id for found in everything})
        self.server.projects.delete(project.id)
        self.fails("404005", self.server.projects.delete, project.id)

    def test_one_project_as_the_library_gets_it(self):
        project = self.project(description="As it is")
        found = self.server.projects.get_by_id(project.id)
        self.assertEqual((found.name, found.description), (project.name, "As it is"))

    def test_nested_projects_by_path(self):
        outer = self.project()
        inner = self.project(name="Inside", parent_id=outer.id)
        innermost = self.project(name="Innermost", parent_id=inner.id)
        found = self.server.projects.get_by_path(f"{outer.name}/Inside/Innermost")
        self.assertEqual((found.id, found.parent_id), (innermost.id, inner.id))
        self.fails("409006", self.server.projects.create, TSC.ProjectItem("inside", parent_id=outer.id))
        # What is moved into itself would be nowhere.
        outer.parent_id = innermost.id
        self.fails("400000", self.server.projects.update, outer)
        innermost.parent_id = outer.id
        self.server.projects.update(innermost)
        self.assertEqual(self.server.projects.get_by_path(f"{outer.name}/Innermost").id, innermost.id)
        self.server.projects.delete(outer.id)
        self.fails("404005", self.server.projects.delete, innermost.id)

    def test_samples_are_published(self):
        project = self.project()
        project = self.server.projects.create(TSC.ProjectItem(named("project"), samples=True), samples=True)
        self.addCleanup(self.gone, self.server.projects.delete, project.id)
        names = {workbook.name for workbook in TSC.Pager(self.server.workbooks) if workbook.project_id == project.id}
        self.assertIn("Superstore", names)

    def test_the_default_project_stays(self):
        default = self.server.projects.get_by_path("default")
        self.fails("403003", self.server.projects.delete, default.id)
        default.name = "Other"
        self.fails("403005", self.server.projects.update, default)


class Permissions(PeopleTest):
    def rules(self, item):
        return {(rule.grantee.tag_name, rule.grantee.id): rule.capabilities for rule in item.permissions}

    def test_permissions_of_a_project(self):
        project, group = self.project(), self.group()
        rule = TSC.PermissionsRule(group.to_reference(), {"Read": "Allow", "Write": "Deny"})
        self.server.projects.update_permissions(project, [rule])
        self.server.projects.populate_permissions(project)
        self.assertEqual(self.rules(project)["group", group.id], {"Read": "Allow", "Write": "Deny"})
        # What is added stays beside what there is, and the last rule about a capability counts.
        self.server.projects.update_permissions(project, [TSC.PermissionsRule(group.to_reference(), {"Write": "Allow"})])
        self.assertEqual(self.rules(project)["group", group.id], {"Read": "Allow", "Write": "Allow"})
        self.server.projects.delete_permission(project, [TSC.PermissionsRule(group.to_reference(), {"Write": "Allow"})])
        self.assertEqual(self.rules(project)["group", group.id], {"Read": "Allow"})
        self.fails("404013", self.server.projects.delete_permission, project, [rule])
        self.fails("400009", self.server.projects.update_permissions, project, [TSC.PermissionsRule(group.to_reference(), {"Execute": "Allow"})])

    def test_default_permissions_of_nine_kinds(self):
        project, group = self.project(), self.group()
        for kind, capability in KINDS.items():
            with self.subTest(kind):
                populate = getattr(self.server.projects, f"populate_{kind}_default_permissions")
                update = getattr(self.server.projects, f"update_{kind}_default_permissions")
                delete = getattr(self.server.projects, f"delete_{kind}_default_permissions")

                def shown():
                    populate(project)
                    found = getattr(project, f"default_{kind}_permissions")
                    return {rule.grantee.id: rule.capabilities for rule in found}

                self.assertNotIn(group.id, shown())
                rule = TSC.PermissionsRule(group.to_reference(), {capability: "Deny"})
                update(project, [rule])
                self.assertEqual(shown()[group.id], {capability: "Deny"})
                delete(project, rule)
                self.assertNotIn(group.id, shown())
                self.fails("404013", delete, project, rule)

    def test_a_locked_project_decides_about_its_content(self):
        user = self.user(role="Explorer")
        self.server.users.update(user, "locked out")
        project = self.server.projects.create(TSC.ProjectItem(named("project")), samples=True)
        self.addCleanup(self.gone, self.server.projects.delete, project.id)
        workbook = next(w for w in TSC.Pager(self.server.workbooks) if w.project_id == project.id)
        server = self.by_password(user.name, "locked out")
        self.assertEqual(server.workbooks.get_by_id(workbook.id).name, workbook.name)
        deny = TSC.PermissionsRule(user.to_reference(), {"Read": "Deny"})
        self.server.projects.update_workbook_default_permissions(project, [deny])
        # Content has permissions of its own until the project is locked.
        self.assertEqual(server.workbooks.get_by_id(workbook.id).name, workbook.name)
        project.content_permissions = "LockedToProject"
        self.server.projects.update(project)
        self.fails("403018", server.workbooks.get_by_id, workbook.id)
        self.assertNotIn(workbook.id, {found.id for found in TSC.Pager(server.workbooks)})
        self.fails("403004", self.server.workbooks.update_permissions, workbook, [deny])
        # A rule for the user precedes one for a group, and a denial a permission.
        group = self.group()
        self.server.groups.add_user(group, user.id)
        self.server.projects.delete_workbook_default_permissions(project, deny)
        self.server.projects.update_workbook_default_permissions(project, [TSC.PermissionsRule(group.to_reference(), {"Read": "Deny"})])
        self.fails("403018", server.workbooks.get_by_id, workbook.id)
        self.server.projects.update_workbook_default_permissions(project, [TSC.PermissionsRule(user.to_reference(), {"Read": "Allow"})])
        self.assertEqual(server.workbooks.get_by_id(workbook.id).name, workbook.name)

    def test_a_nested_project_begins_with_the_rules_around_it(self):
        outer, group = self.project(), self.group()
        rule = TSC.PermissionsRule(group.to_reference(), {"Connect": "Deny"})
        self.server.projects.update_datasource_default_permissions(outer, [rule])
        self.server.projects.update_permissions(outer, [TSC.PermissionsRule(group.to_reference(), {"Read": "Allow"})])
        inner = self.project(parent_id=outer.id)
        self.server.projects.populate_permissions(inner)
        self.assertEqual(self.rules(inner)["group", group.id], {"Read": "Allow"})
        self.server.projects.populate_datasource_default_permissions(inner)
        found = {rule.grantee.id: rule.capabilities for rule in inner.default_datasource_permissions}
        self.assertEqual(found[group.id], {"Connect": "Deny"})

    def test_what_roles_may_do(self):
        project = self.project()
        for name in ("anita.silva", "ben.okafor", "farid.haddad"):
            server = self.signed_in(token(name))
            self.fails("403004", server.projects.create, TSC.ProjectItem(named("project")))
            self.fails("403004", server.projects.create, TSC.ProjectItem(named("project"), parent_id=project.id))
            self.fails("403003", server.projects.delete, project.id)
            renamed = TSC.ProjectItem(named("renamed"))
            renamed._id = project.id
            self.fails("403004", server.projects.update, renamed)
            self.fails("403004", lambda: self.rules_by(server, project))
        for name in ("dmitri.volkov", "emi.tanaka"):
            server = self.signed_in(token(name))
            inside = self.project(server, parent_id=project.id)
            self.rules_by(server, inside)

    def rules_by(self, server, project):
        server.projects.populate_permissions(project)
        return project.permissions

    def test_leaders_and_owners_manage_their_projects(self):
        project = self.project()
        leader, owner, viewer = self.known("chloe.dubois"), self.known("anita.silva"), self.known("farid.haddad")
        for user in (leader, viewer):
            rule = TSC.PermissionsRule(user.to_reference(), {"ProjectLeader": "Allow"})
            self.server.projects.update_permissions(project, [rule])
        by_leader = self.signed_in(token("chloe.dubois"))
        inside = self.project(by_leader, parent_id=project.id)
        self.rules_by(by_leader, inside)
        # A viewer leads no project, whatever the rules say.
        by_viewer = self.signed_in(token("farid.haddad"))
        self.fails("403004", by_viewer.projects.create, TSC.ProjectItem(named("project"), parent_id=project.id))
        by_owner = self.signed_in(token("anita.silva"))
        self.fails("403004", by_owner.projects.create, TSC.ProjectItem(named("project"), parent_id=project.id))
        project.owner_id = owner.id
        self.server.projects.update(project)
        self.project(by_owner, parent_id=project.id)
        project.owner_id = viewer.id
        self.fails("400000", self.server.projects.update, project)

    def test_who_may_not_see_a_project_does_not_list_it(self):
        project, user = self.project(), self.known("ben.okafor")
        server = self.signed_in(token("ben.okafor"))
        self.assertEqual([found.id for found in server.projects.filter(name=project.name)], [project.id])
        self.server.projects.update_permissions(project, [TSC.PermissionsRule(user.to_reference(), {"Read": "Deny"})])
        self.assertEqual(list(server.projects.filter(name=project.name)), [])


if __name__ == "__main__":
    unittest.main()
