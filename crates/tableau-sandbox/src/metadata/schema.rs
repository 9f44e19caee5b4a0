//! The schema: made from `schema.graphql`, once for a process.

use std::collections::HashMap;
use std::sync::OnceLock;

use async_graphql::Name;
use async_graphql::Value;
use async_graphql::dynamic::{
    Enum, Field, FieldFuture, InputObject, InputValue, Interface, InterfaceField, Object, Scalar, Schema,
    TypeRef,
};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};

use super::resolve::{self, Relation};

const SDL: &str = include_str!("schema.graphql");
/// The type that the fields of the root belong to.
const QUERY: &str = "Query";
/// How deep a query may be: the lineage has cycles of types, so there is no natural end.
const DEPTH: usize = 30;

/// The schema, or why it cannot be made.
pub(super) fn schema() -> Result<&'static Schema, &'static str> {
    static SCHEMA: OnceLock<Result<Schema, String>> = OnceLock::new();
    SCHEMA.get_or_init(build).as_ref().map_err(String::as_str)
}

fn build() -> Result<Schema, String> {
    let document = parse_schema(SDL).map_err(|error| error.to_string())?;
    let types = document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        });
    let types = Types::new(types.collect());
    let mut builder = Schema::build(QUERY, None, None)
        .limit_depth(DEPTH)
        .register(order_direction())
        .register(permission_mode())
        .register(page_info());
    for definition in &types.all {
        let name = definition.name.node.as_str();
        match &definition.kind {
            TypeKind::Scalar => builder = builder.register(Scalar::new(name)),
            TypeKind::Enum(of) => {
                let values = of.values.iter().map(|value| value.node.value.node.as_str());
                builder = builder.register(values.fold(Enum::new(name), Enum::item));
            }
            TypeKind::Object(_) => builder = builder.register(types.object(name)),
            TypeKind::Interface(_) => builder = builder.register(types.interface(name)),
            TypeKind::Union(_) | TypeKind::InputObject(_) => {}
        }
        if types.is_composite(name) && name != QUERY {
            builder = builder
                .register(types.connection(name))
                .register(types.filter(name));
            let (order, sort) = types.order(name);
            builder = builder.register(order).register(sort);
        }
    }
    builder.finish().map_err(|error| error.to_string())
}

/// The types of the document.
struct Types {
    all: Vec<TypeDefinition>,
    places: HashMap<String, usize>,
}

impl Types {
    fn new(all: Vec<TypeDefinition>) -> Self {
        let named = |(place, definition): (usize, &TypeDefinition)| (definition.name.node.to_string(), place);
        Self {
            places: all.iter().enumerate().map(named).collect(),
            all,
        }
    }

    fn get(&self, name: &str) -> Option<&TypeDefinition> {
        self.places.get(name).and_then(|place| self.all.get(*place))
    }

    fn is_composite(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|definition| matches!(definition.kind, TypeKind::Object(_) | TypeKind::Interface(_)))
    }

    fn is_interface(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|definition| matches!(definition.kind, TypeKind::Interface(_)))
    }

    /// The interfaces that a type says it has.
    fn said(&self, name: &str) -> Vec<&str> {
        match self.get(name).map(|definition| &definition.kind) {
            Some(TypeKind::Object(object)) => {
                object.implements.iter().map(|name| name.node.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Its own fields, and those of its interfaces.
    fn fields(&self, name: &str) -> Vec<&FieldDefinition> {
        let own = match self.get(name).map(|definition| &definition.kind) {
            Some(TypeKind::Object(object)) => object.fields.as_slice(),
            Some(TypeKind::Interface(interface)) => interface.fields.as_slice(),
            _ => &[],
        };
        let inherited = self
            .said(name)
            .into_iter()
            .flat_map(|interface| self.fields(interface));
        inherited.chain(own.iter().map(|field| &field.node)).collect()
    }

    /// The object types that a type stands for: itself, or those with the interface.
    fn kinds(&self, name: &str) -> Vec<String> {
        let is_of = |object: &&TypeDefinition| {
            let object = object.name.node.as_str();
            object == name || self.said(object).contains(&name) || name == "Node" && self.has_id(object)
        };
        let objects = self
            .all
            .iter()
            .filter(|definition| matches!(definition.kind, TypeKind::Object(_)));
        objects
            .filter(is_of)
            .map(|definition| definition.name.node.to_string())
            .collect()
    }

    fn has_id(&self, name: &str) -> bool {
        self.fields(name).iter().any(|field| field.name.node == "id")
    }

    fn object(&self, name: &str) -> Object {
        let mut object = Object::new(name);
        for interface in self.said(name) {
            object = object.implement(interface);
        }
        if self.has_id(name) {
            object = object.implement("Node");
        }
        for field in self.fields(name) {
            for field in self.resolved(name, field) {
                object = object.field(field);
            }
        }
        object
    }

    fn interface(&self, name: &str) -> Interface {
        let mut interface = Interface::new(name);
        for field in self.fields(name) {
            let arguments = field.arguments.iter().map(|argument| {
                InputValue::new(argument.node.name.node.as_str(), type_ref(&argument.node.ty.node))
            });
            let base = InterfaceField::new(field.name.node.as_str(), type_ref(&field.ty.node));
            let mut base = arguments.fold(base, InterfaceField::argument);
            if let Some(of) = self.listed(field) {
                let connection = InterfaceField::new(
                    format!("{}Connection", field.name.node),
                    TypeRef::named_nn(connection_of(of)),
                );
                for argument in list_arguments(of) {
                    base = base.argument(argument);
                }
                let arguments = list_arguments(of).into_iter().chain(page_arguments());
                interface = interface.field(arguments.fold(connection, InterfaceField::argument));
            }
            interface = interface.field(base);
        }
        interface
    }

    /// The type of the items of a field that is a list of objects.
    fn listed<'f>(&self, field: &'f FieldDefinition) -> Option<&'f str> {
        match &field.ty.node.base {
            BaseType::List(item) => {
                let name = base_name(item);
                self.is_composite(name).then_some(name)
            }
            BaseType::Named(_) => None,
        }
    }

    /// A field with its resolver, and the connection beside it.
    fn resolved(&self, of: &str, field: &FieldDefinition) -> Vec<Field> {
        let name = field.name.node.to_string();
        let type_ref = type_ref(&field.ty.node);
        let target = base_name(&field.ty.node);
        if !self.is_composite(target) {
            return vec![Field::new(name.clone(), type_ref, move |context| {
                FieldFuture::from_value(Some(resolve::value(&context, &name)))
            })];
        }
        let relation = Relation::new(
            of == QUERY,
            name.clone(),
            target,
            self.kinds(target),
            self.is_interface(target),
        );
        let Some(listed) = self.listed(field) else {
            return vec![Field::new(name.clone(), type_ref, move |context| {
                FieldFuture::Value(relation.one(&context))
            })];
        };
        let of_page = relation.clone();
        let said = field.arguments.iter().map(|argument| {
            InputValue::new(
                argument.node.name.node.as_str(),
                self::type_ref(&argument.node.ty.node),
            )
        });
        let list = Field::new(name.clone(), type_ref, move |context| {
            resolve::future(relation.list(&context))
        });
        let list = said.chain(list_arguments(listed)).fold(list, Field::argument);
        let page = Field::new(
            format!("{name}Connection"),
            TypeRef::named_nn(connection_of(listed)),
            move |context| resolve::future(of_page.page(&context)),
        );
        let arguments = list_arguments(listed).into_iter().chain(page_arguments());
        vec![list, arguments.fold(page, Field::argument)]
    }

    fn connection(&self, name: &str) -> Object {
        let is_interface = self.is_interface(name);
        Object::new(connection_of(name))
            .field(Field::new(
                "nodes",
                TypeRef::named_nn_list_nn(name),
                move |context| FieldFuture::Value(resolve::nodes(&context, is_interface)),
            ))
            .field(Field::new("pageInfo", TypeRef::named_nn("PageInfo"), |context| {
                FieldFuture::Value(resolve::page_info(&context))
            }))
            .field(Field::new(
                "totalCount",
                TypeRef::named_nn(TypeRef::INT),
                |context| FieldFuture::from_value(resolve::total(&context)),
            ))
    }

    fn marked(&self, name: &str, mark: &str) -> Vec<&FieldDefinition> {
        let mut fields = self.fields(name);
        let is_marked = |field: &&FieldDefinition| {
            field
                .directives
                .iter()
                .any(|directive| directive.node.name.node == mark)
        };
        fields.retain(is_marked);
        fields
    }

    /// The filter of a type: each field, and the field with `Within` for one of several values; `text` finds parts of names.
    fn filter(&self, name: &str) -> InputObject {
        let mut filter = InputObject::new(filter_of(name));
        let fields = self.marked(name, "filter");
        let mut has_name = false;
        for field in &fields {
            let field_name = field.name.node.as_str();
            has_name |= field_name == "name";
            let of = base_name(&field.ty.node);
            filter = filter
                .field(InputValue::new(field_name, TypeRef::named(of)))
                .field(InputValue::new(
                    format!("{field_name}Within"),
                    TypeRef::named_list(of),
                ));
        }
        if has_name || fields.is_empty() {
            filter = filter.field(InputValue::new("text", TypeRef::named(TypeRef::STRING)));
        }
        filter
    }

    /// The fields by which a type is sorted, and the input that names one with a direction.
    fn order(&self, name: &str) -> (Enum, InputObject) {
        let fields = self.marked(name, "sort");
        let mut order = Enum::new(format!("{name}OrderField"));
        if fields.is_empty() {
            order = order.item("ID");
        }
        for field in fields {
            order = order.item(constant(&field.name.node));
        }
        let sort = InputObject::new(format!("{name}SortOrder"))
            .field(InputValue::new(
                "field",
                TypeRef::named_nn(format!("{name}OrderField")),
            ))
            .field(InputValue::new("direction", TypeRef::named_nn("OrderDirection")));
        (order, sort)
    }
}

/// `PROJECT_NAME` for `projectName`.
fn constant(name: &str) -> String {
    let mut constant = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            constant.push('_');
        }
        constant.push(character.to_ascii_uppercase());
    }
    constant
}

/// `projectName` for `PROJECT_NAME`.
pub(super) fn field_of(constant: &str) -> String {
    let mut words = constant.split('_').map(str::to_ascii_lowercase);
    let first = words.next().unwrap_or_default();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|letter| letter.to_ascii_uppercase());
        name + &head.into_iter().chain(letters).collect::<String>()
    })
}

fn connection_of(name: &str) -> String {
    format!("{name}sConnection")
}

fn filter_of(name: &str) -> String {
    format!("{name}_Filter")
}

fn base_name(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => base_name(item),
    }
}

fn type_ref(of: &Type) -> TypeRef {
    let base = match &of.base {
        BaseType::Named(name) => TypeRef::named(name.as_str()),
        BaseType::List(item) => TypeRef::List(Box::new(type_ref(item))),
    };
    match of.nullable {
        true => base,
        false => TypeRef::NonNull(Box::new(base)),
    }
}

fn list_arguments(of: &str) -> [InputValue; 3] {
    [
        InputValue::new("filter", TypeRef::named(filter_of(of))),
        InputValue::new("orderBy", TypeRef::named_list(format!("{of}SortOrder"))),
        InputValue::new("permissionMode", TypeRef::named("PermissionMode"))
            .default_value(Value::Enum(Name::new("OBFUSCATE_RESULTS"))),
    ]
}

fn page_arguments() -> [InputValue; 3] {
    [
        InputValue::new("first", TypeRef::named(TypeRef::INT)),
        InputValue::new("after", TypeRef::named(TypeRef::STRING)),
        InputValue::new("offset", TypeRef::named(TypeRef::INT)),
    ]
}

fn order_direction() -> Enum {
    Enum::new("OrderDirection").item("ASC").item("DESC")
}

fn permission_mode() -> Enum {
    Enum::new("PermissionMode")
        .item("OBFUSCATE_RESULTS")
        .item("FILTER_RESULTS")
}

fn page_info() -> Object {
    let field = |name: &'static str, of: TypeRef| {
        Field::new(name, of, move |context| {
            FieldFuture::from_value(resolve::of_page(&context, name))
        })
    };
    Object::new("PageInfo")
        .field(field("hasNextPage", TypeRef::named_nn(TypeRef::BOOLEAN)))
        .field(field("endCursor", TypeRef::named(TypeRef::STRING)))
}
