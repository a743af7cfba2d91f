-- Private incidents are on where a company switched them on, and from phase 2 on.
create function has_private_incidents() returns boolean language sql stable as $$
    select private_incidents or engineers >= 11 from settings
$$;
