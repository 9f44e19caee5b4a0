//! The public types of the crates, found in their sources.
//!
//! Types that macros define are not seen: those of `tableau-wire` are the open sets (names that servers use) and `Text` and `Value`, which wrap others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// Types that may be a secret, whatever they are part of.
const SECRET: &[&str] = &["Secret", "Zeroizing", "EncodingKey", "DecodingKey", "HeaderValue"];

/// Types that hold any text or bytes. Only the name of such a member says whether it is a secret; without a name it may be one.
const TEXT: &[&str] = &["String", "str", "Bytes", "BytesMut", "Value", "u8"];

/// The last words of names of members whose text may be a secret.
const SOUNDS_SECRET: &[&str] = &[
    "assertion",
    "body",
    "bytes",
    "content",
    "cookie",
    "cookies",
    "credentials",
    "data",
    "document",
    "header",
    "headers",
    "json",
    "jwt",
    "key",
    "password",
    "raw",
    "secret",
    "serial",
    "text",
    "token",
    "value",
];

/// A type of one of the crates.
#[derive(Debug, Default)]
pub(crate) struct Type {
    pub(crate) file: String,
    pub(crate) public: bool,
    /// Every name in the types of its members.
    parts: BTreeSet<String>,
}

/// The types of a crate by name; types of the same name are taken together.
#[derive(Debug, Default)]
pub(crate) struct Types(pub(crate) BTreeMap<String, Type>);

impl Types {
    /// Reads the sources of a crate: all modules, but not their tests.
    pub(crate) fn of(package: &str) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../crates")
            .join(package)
            .join("src");
        let mut types = Self::default();
        types.read(&source, &source);
        types
    }

    fn read(&mut self, root: &Path, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.read(root, &path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                let parsed = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
                Reader { types: self, file }.visit_file(&parsed);
            }
        }
    }

    /// The types that may hold a secret, at any depth, unless they are `free`; unknown types are looked up in `others`.
    pub(crate) fn holders(&self, others: &BTreeSet<String>, free: &BTreeSet<&str>) -> BTreeSet<String> {
        let mut holders: BTreeSet<String> = SECRET.iter().map(|name| (*name).to_owned()).collect();
        holders.extend(others.iter().filter(|name| !self.0.contains_key(*name)).cloned());
        loop {
            let more = self
                .0
                .iter()
                .filter(|(name, found)| !free.contains(name.as_str()) && !found.parts.is_disjoint(&holders));
            let more: Vec<_> = more.map(|(name, _)| name.clone()).collect();
            let before = holders.len();
            holders.extend(more);
            if holders.len() == before {
                return holders;
            }
        }
    }
}

struct Reader<'t> {
    types: &'t mut Types,
    file: String,
}

impl Reader<'_> {
    fn add(&mut self, name: &syn::Ident, visibility: &syn::Visibility, fields: impl Fn(&mut Parts)) {
        let mut parts = Parts::default();
        fields(&mut parts);
        let found = self.types.0.entry(name.to_string()).or_default();
        found.parts.extend(parts.0);
        // `unreachable_pub` is a lint here: what is `pub` is part of a crate's interface.
        if matches!(visibility, syn::Visibility::Public(_)) {
            found.public = true;
            found.file.clone_from(&self.file);
        }
    }
}

impl<'s> Visit<'s> for Reader<'_> {
    fn visit_item_struct(&mut self, item: &'s syn::ItemStruct) {
        self.add(&item.ident, &item.vis, |parts| parts.visit_fields(&item.fields));
        // The documents that create and change a resource are made from its members: `create(NewWebhook { name, source })`.
        for (name, members) in made_from_members(&item.attrs) {
            self.add(&name, &item.vis, |parts| {
                let own = item.fields.iter().filter(|field| {
                    field
                        .ident
                        .as_ref()
                        .is_some_and(|ident| members.contains(&ident.to_string()))
                });
                own.for_each(|field| parts.visit_field(field));
                parts.0.extend(members.iter().cloned());
            });
        }
    }

    fn visit_item_enum(&mut self, item: &'s syn::ItemEnum) {
        self.add(&item.ident, &item.vis, |parts| {
            item.variants
                .iter()
                .for_each(|variant| parts.visit_variant(variant));
        });
    }

    fn visit_item_type(&mut self, item: &'s syn::ItemType) {
        self.add(&item.ident, &syn::Visibility::Inherited, |parts| {
            parts.visit_type(&item.ty);
        });
    }

    fn visit_item_mod(&mut self, item: &'s syn::ItemMod) {
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }
}

/// The types that `#[resource(…)]` makes, with the names in their braces.
fn made_from_members(attributes: &[syn::Attribute]) -> Vec<(syn::Ident, BTreeSet<String>)> {
    fn walk(tokens: TokenStream, found: &mut Vec<(syn::Ident, BTreeSet<String>)>) {
        let mut before = None;
        for token in tokens {
            match (&token, before.take()) {
                (TokenTree::Group(group), Some(name)) if group.delimiter() == Delimiter::Brace => {
                    let members = group.stream().into_iter().filter_map(|token| match token {
                        TokenTree::Ident(ident) => Some(ident.to_string()),
                        _ => None,
                    });
                    found.push((name, members.collect()));
                }
                (TokenTree::Group(group), _) => walk(group.stream(), found),
                (TokenTree::Ident(ident), _) => before = Some(ident.clone()),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("resource"))
    {
        if let syn::Meta::List(list) = &attribute.meta {
            walk(list.tokens.clone(), &mut found);
        }
    }
    found
}

/// The names that types are made of.
#[derive(Default)]
struct Parts(BTreeSet<String>);

impl<'s> Visit<'s> for Parts {
    fn visit_field(&mut self, field: &'s syn::Field) {
        let mut of_field = Self::default();
        of_field.visit_type(&field.ty);
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let last_word = name.rsplit('_').next().unwrap_or_default();
        let may_be_secret = last_word.is_empty() || SOUNDS_SECRET.contains(&last_word);
        if may_be_secret && TEXT.iter().any(|text| of_field.0.contains(*text)) {
            self.0.insert("Secret".to_owned());
        }
        self.0.extend(of_field.0);
    }

    fn visit_path_segment(&mut self, segment: &'s syn::PathSegment) {
        // An identifier holds nothing of its item.
        if segment.ident != "Id" {
            self.0.insert(segment.ident.to_string());
            visit::visit_path_segment(self, segment);
        }
    }

    // Literals in the sources are not secrets.
    fn visit_type_reference(&mut self, reference: &'s syn::TypeReference) {
        let is_static = reference
            .lifetime
            .as_ref()
            .is_some_and(|lifetime| lifetime.ident == "static");
        if !is_static {
            self.visit_type(&reference.elem);
        }
    }

    // The content of a trait object is not known.
    fn visit_type_trait_object(&mut self, _: &'s syn::TypeTraitObject) {
        self.0.insert("Secret".to_owned());
    }

    // Attributes are not types.
    fn visit_attribute(&mut self, _: &'s syn::Attribute) {}
}
